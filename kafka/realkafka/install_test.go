//go:build unix

package realkafka

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// FakeMaven puts an mvn on an otherwise bare PATH that runs a shell script, and points
// the cache at an empty folder. The script's $jars is the folder that mvn is asked to fill.
func fakeMaven(t *testing.T, script string) (calls func() int) {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	count := filepath.Join(home, "calls")
	t.Setenv("PATH", bin)
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	if script != "" {
		script = "#!/bin/sh\nfor a; do case $a in -DoutputDirectory=*) jars=${a#*=};; esac; done\necho call >> " + count + "\n" + script
		if err := os.WriteFile(filepath.Join(bin, "mvn"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return func() int {
		said, err := os.ReadFile(count)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return strings.Count(string(said), "call")
	}
}

const fetchAll = "for j in kafka_2.13 kafka-clients kafka-tools; do : > $jars/$j-4.3.1.jar; done\n"

func TestJarsAreFetchedOnce(t *testing.T) {
	calls := fakeMaven(t, fetchAll)
	var dir string
	for range 2 {
		var err error
		if dir, err = Jars(t.Context(), "4.3.1"); err != nil {
			t.Fatal(err)
		}
	}
	if calls() != 1 {
		t.Errorf("mvn ran %d times, want once", calls())
	}
	if err := os.Remove(filepath.Join(dir, "kafka-clients-4.3.1.jar")); err != nil {
		t.Fatal(err)
	}
	if _, err := Jars(t.Context(), "4.3.1"); err != nil {
		t.Fatal(err)
	}
	if calls() != 2 || kafkaJars.installed(dir) != nil {
		t.Errorf("a jar that went missing was not fetched again: %v", kafkaJars.installed(dir))
	}
}

func TestStreamsJarsAreBesideTheOthers(t *testing.T) {
	calls := fakeMaven(t, fetchAll+": > $jars/kafka-streams-4.3.1.jar\n")
	dir, err := StreamsJars(t.Context(), "4.3.1")
	if err != nil {
		t.Fatal(err)
	}
	others, err := Jars(t.Context(), "4.3.1")
	if err != nil || others == dir || calls() != 2 {
		t.Errorf("%s and %s after %d calls, %v", dir, others, calls(), err)
	}
	if streamsJars.installed(dir) != nil || kafkaJars.installed(others) != nil {
		t.Errorf("one took the other's place: %v, %v", streamsJars.installed(dir), kafkaJars.installed(others))
	}
}

func TestJarsAskedForAtOnceAreFetchedOnce(t *testing.T) {
	calls := fakeMaven(t, "/bin/sleep 0.2\n"+fetchAll)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := Jars(t.Context(), "4.3.1"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if calls() != 1 {
		t.Errorf("mvn ran %d times, want once", calls())
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"no mvn":               {"", "mvn is not on the PATH"},
		"mvn fails":            {"echo 'Could not transfer artifact'; exit 1\n", "Could not transfer artifact"},
		"a jar does not come":  {strings.Replace(fetchAll, "kafka-tools", "", 1), "kafka-tools-4.3.1.jar is missing"},
		"mvn fetches nothing":  {"exit 0\n", "kafka_2.13-4.3.1.jar is missing"},
		"mvn ends by a signal": {"kill -9 $$\n", "mvn could not fetch Kafka 4.3.1's jars"},
	} {
		t.Run(name, func(t *testing.T) {
			fakeMaven(t, tt.script)
			dir, err := Jars(t.Context(), "4.3.1")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if dir != "" {
				t.Errorf("a folder without the jars is handed out: %s", dir)
			}
			cache, err := os.UserCacheDir()
			if err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(filepath.Join(cache, "kscope-realkafka", "4.3.1*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestWithoutJavaThereIsNoCluster(t *testing.T) {
	calls := fakeMaven(t, fetchAll)
	_, err := Up(t.Context(), Options{})
	if err == nil || !strings.Contains(err.Error(), "java is not on the PATH") {
		t.Errorf("got %v", err)
	}
	if calls() != 0 {
		t.Error("jars were fetched for a java that is not there")
	}
}
