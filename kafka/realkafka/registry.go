package realkafka

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// RegistryVersion is the version of Apicurio Registry that is brought up. Those
// after 2.6 need Java 21.
const RegistryVersion = "2.6.13.Final"

// A Registry is a schema registry that keeps what it has in memory: Apicurio
// Registry, which has Confluent's API too. It is safe for concurrent use.
type Registry struct {
	dir, jar, java string
	ports          *block
	spawner        *spawner

	mu      sync.Mutex
	process *os.Process   // nil before the first
	ended   chan struct{} // closed when the process is gone
}

// UpRegistry brings a registry up and returns when it answers: 5 to 10 seconds on two
// idle cores, and longer the first time, when 140 MB are fetched. ctx bounds the
// bringing up; the registry lives until Close.
func UpRegistry(ctx context.Context) (*Registry, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("realkafka: java is not on the PATH: install Java 17 or later")
	}
	folder, err := registryJars.fetched(ctx, RegistryVersion)
	if err != nil {
		return nil, err
	}
	r := &Registry{java: java, jar: filepath.Join(folder, fmt.Sprintf(registryJars.must[0], RegistryVersion)), spawner: newSpawner()}
	if err := r.prepare(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if err := r.Start(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Registry) prepare() (err error) {
	if r.dir, err = os.MkdirTemp("", "realkafka-registry-"); err != nil {
		return fmt.Errorf("realkafka: no folder for the registry: %w", err)
	}
	r.ports, err = claimBlock()
	return err
}

// URL is where Confluent's API is.
func (r *Registry) URL() string { return r.at("/apis/ccompat/v7") }

// Own is where Apicurio's own API is, which Java's serializers of Apicurio use.
func (r *Registry) Own() string { return r.at("/apis/registry/v2") }

func (r *Registry) at(path string) string { return "http://" + loopback(r.ports.base+1) + path }

// Start starts the registry, which was killed or never started, and returns when it
// answers. It has nothing of what it had before.
func (r *Registry) Start(ctx context.Context) error {
	if err := r.launch(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for !r.answers(ctx) {
		select {
		case <-r.ended:
			return fmt.Errorf("realkafka: the registry ended while it started; its log ends with\n%s", r.logTail())
		default:
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return fmt.Errorf("realkafka: the registry does not answer (%w); its log ends with\n%s", err, r.logTail())
		}
	}
	return nil
}

func (r *Registry) launch() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	log, err := os.OpenFile(r.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("realkafka: the registry has no log: %w", err)
	}
	defer log.Close() // the process has its own hold on it
	cmd := exec.Command(r.java, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
		"-Dquarkus.http.host=127.0.0.1", fmt.Sprintf("-Dquarkus.http.port=%d", r.ports.base+1), "-jar", r.jar)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.dir, log, log
	cmd.SysProcAttr = childAttributes()
	if err := r.spawner.start(cmd); err != nil {
		return fmt.Errorf("realkafka: the registry did not start: %w", err)
	}
	ended := make(chan struct{})
	r.process, r.ended = cmd.Process, ended
	go func() {
		cmd.Wait() // how it ended is in its log
		close(ended)
	}()
	return nil
}

func (r *Registry) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL()+"/subjects", nil)
	if err != nil {
		return false
	}
	req.Close = true // no connection is left to be cut
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Kill ends the registry at once (SIGKILL) and returns when it is gone.
func (r *Registry) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process != nil {
		r.process.Kill() // fails only where it has just ended by itself
		<-r.ended
	}
}

// Close kills the registry and removes its folder.
func (r *Registry) Close() error {
	r.Kill()
	r.spawner.close()
	if r.ports != nil {
		r.ports.release()
	}
	if r.dir == "" {
		return nil
	}
	if err := os.RemoveAll(r.dir); err != nil {
		return fmt.Errorf("realkafka: removing the registry's folder: %w", err)
	}
	return nil
}

func (r *Registry) log() string { return filepath.Join(r.dir, "log") }

func (r *Registry) logTail() string {
	log, err := os.ReadFile(r.log())
	if err != nil {
		return err.Error()
	}
	return lastLines(log, 25)
}

// SerdesProgram prepares a program in one file of Java source, which may use Kafka's
// clients and Apicurio's serializers for Avro and JSON Schema, for the caller to
// start. Java compiles it first, which takes two seconds.
func SerdesProgram(ctx context.Context, source string, args ...string) (*exec.Cmd, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("realkafka: java is not on the PATH: install Java 17 or later")
	}
	jars, err := serdesJars.fetched(ctx, RegistryVersion)
	if err != nil {
		return nil, err
	}
	all := append([]string{"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", filepath.Join(jars, "*"), source}, args...)
	cmd := exec.CommandContext(ctx, java, all...)
	Tie(cmd)
	return cmd, nil
}
