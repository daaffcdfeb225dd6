package realkafka

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed pom.xml
var pom []byte

//go:embed streams.pom.xml
var streamsPom []byte

//go:embed registry.pom.xml
var registryPom []byte

//go:embed serdes.pom.xml
var serdesPom []byte

// A jarSet is jars that are fetched together.
type jarSet struct {
	pom    []byte
	folder string   // what comes before the version in the folder's name
	must   []string // the names of those that are looked for, with %s for the version
	packed bool     // in archives, which are unpacked
}

var (
	kafkaJars    = jarSet{pom: pom, must: []string{"kafka_2.13-%s.jar", "kafka-clients-%s.jar", "kafka-tools-%s.jar"}}
	streamsJars  = jarSet{pom: streamsPom, folder: "streams-", must: []string{"kafka-streams-%s.jar"}}
	registryJars = jarSet{pom: registryPom, folder: "registry-", must: []string{"apicurio-registry-app-%s-runner.jar"}, packed: true}
	serdesJars   = jarSet{pom: serdesPom, folder: "serdes-", must: []string{"apicurio-registry-serdes-avro-serde-%s.jar"}}
)

// The marker is written last, so a folder that has it is whole. Its lines are the
// names of the jars that were installed.
const marker = ".complete"

// Jars returns the folder that holds the jars of one Kafka version, such as
// "4.3.1", and fetches them with mvn first where they are not there yet, which
// takes some seconds to a minute or two. Two processes may ask at once: the second
// waits for the first.
func Jars(ctx context.Context, version string) (string, error) {
	return kafkaJars.fetched(ctx, version)
}

// StreamsJars returns the folder that holds what a Kafka Streams program needs beside
// Jars, and fetches it as Jars does. RocksDB is not there: stores must be in memory.
func StreamsJars(ctx context.Context, version string) (string, error) {
	return streamsJars.fetched(ctx, version)
}

func (s *jarSet) fetched(ctx context.Context, version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("realkafka: no cache folder to keep Kafka's jars in: %w", err)
	}
	root := filepath.Join(cache, "kscope-realkafka")
	dir := filepath.Join(root, s.folder+version)
	if s.installed(dir) == nil {
		return dir, nil
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", fmt.Errorf("realkafka: no folder to keep Kafka's jars in: %w", err)
	}
	// One mvn at a time: two would write to the same local repository.
	unlock, err := lock(ctx, filepath.Join(root, "lock"))
	if err != nil {
		return "", fmt.Errorf("realkafka: waiting for another process that installs Kafka's jars: %w", err)
	}
	defer unlock()
	if s.installed(dir) == nil {
		return dir, nil
	}
	if err := s.install(ctx, dir, version); err != nil {
		return "", err
	}
	return dir, nil
}

// Installed says why dir cannot be used, or nil when every jar that the present pom
// asks for is there.
func (s *jarSet) installed(dir string) error {
	asked, err := os.ReadFile(filepath.Join(dir, "pom.xml"))
	if err != nil {
		return err
	}
	if !bytes.Equal(asked, s.pom) {
		return errors.New("the jars are those of another pom.xml")
	}
	list, err := os.ReadFile(filepath.Join(dir, marker))
	if err != nil {
		return err
	}
	for name := range strings.FieldsSeq(string(list)) {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// Install fills a folder beside dir and moves it into place when it is whole.
func (s *jarSet) install(ctx context.Context, dir, version string) error {
	partial := dir + ".partial"
	defer os.RemoveAll(partial)
	for _, old := range []string{partial, dir} {
		if err := os.RemoveAll(old); err != nil {
			return fmt.Errorf("realkafka: clearing the way for Kafka's jars: %w", err)
		}
	}
	if err := s.copyDependencies(ctx, partial, version); err != nil {
		return err
	}
	if s.packed {
		if err := unpackAll(partial); err != nil {
			return fmt.Errorf("realkafka: unpacking what mvn fetched: %w", err)
		}
	}
	if err := s.writeMarker(partial, version); err != nil {
		return err
	}
	if err := os.Rename(partial, dir); err != nil {
		return fmt.Errorf("realkafka: moving Kafka's jars into place: %w", err)
	}
	return nil
}

func (s *jarSet) copyDependencies(ctx context.Context, dir, version string) error {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return fmt.Errorf("realkafka: mvn is not on the PATH and Kafka %s's jars are not installed yet: install Maven 3.6 or later", version)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("realkafka: no folder for Kafka's jars: %w", err)
	}
	file := filepath.Join(dir, "pom.xml")
	if err := os.WriteFile(file, s.pom, 0o644); err != nil {
		return fmt.Errorf("realkafka: writing the list of jars: %w", err)
	}
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "-Dstyle.color=never", "-f", file,
		"-Dkafka.version="+version, "dependency:copy-dependencies", "-DoutputDirectory="+dir)
	cmd.SysProcAttr = childAttributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("realkafka: mvn could not fetch Kafka %s's jars: %w\n%s", version, err, lastLines(out, 15))
	}
	return nil
}

func (s *jarSet) writeMarker(dir, version string) error {
	var names bytes.Buffer
	jars, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err != nil {
		return fmt.Errorf("realkafka: listing Kafka's jars: %w", err)
	}
	for _, jar := range jars {
		names.WriteString(filepath.Base(jar) + "\n")
	}
	for _, name := range s.must {
		name = fmt.Sprintf(name, version)
		if _, err := os.Stat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("realkafka: mvn ended well but %s is missing from what it fetched", name)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, marker), names.Bytes(), 0o644); err != nil {
		return fmt.Errorf("realkafka: marking Kafka's jars as complete: %w", err)
	}
	return nil
}
