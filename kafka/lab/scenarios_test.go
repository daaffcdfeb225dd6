package lab

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kscope/model"
)

// scenarios are played with every assignor, by dynamic and by static members.
var scenarios = map[string]func(t *testing.T, b *bench, add model.LabAdd){
	"join and leave":       joinAndLeave,
	"kill":                 kill,
	"kill and end the lab": endThrowsOut,
	"stall":                stall,
	"pause too long":       pauseTooLong,
	"restart":              restart,
}

var assignors = []model.LabAssignor{model.LabRange, model.LabRoundRobin, model.LabSticky, model.LabCooperative, model.LabConsumer}

// play plays every scenario on benches that open makes, all at once: they mostly
// wait.
func play(t *testing.T, open func(t *testing.T, name string) *bench) {
	for what, scenario := range scenarios {
		for _, a := range assignors {
			for _, static := range []bool{false, true} {
				name := what + " " + string(a)
				if static {
					name += " static"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					scenario(t, open(t, strings.ReplaceAll(name, " ", "-")), model.LabAdd{Assignor: a, Static: static})
				})
			}
		}
	}
}

// Consumers join, share, leave at once, and leave nothing behind.
func joinAndLeave(t *testing.T, b *bench, add model.LabAdd) {
	b.add(add)
	b.shares("lab-1:4")
	b.add(add)
	b.shares("lab-1:2 lab-2:2")
	b.runs("lab-2")
	if m := b.member("lab-2"); m.State != model.LabRunning || m.MemberID == "" || m.Problem != nil || (m.InstanceID == "lab-2") != add.Static {
		t.Errorf("member = %+v", m)
	}
	began := time.Now()
	b.told("lab-2", model.LabLeave)
	if left := b.owners(b.group); strings.Contains(left, "lab-2") {
		t.Errorf("the group still has %s", left)
	}
	b.shares("lab-1:4")
	if m := b.member("lab-2"); m.State != model.LabLeft || m.Owned != 0 {
		t.Errorf("member = %+v", m)
	}
	t.Logf("left and taken over within %v", time.Since(began))
	if err := b.End(t.Context(), model.LabEnd{Group: b.group, Delete: true}); err != nil {
		t.Error(err)
	}
	b.gone()
}

// One that is killed keeps what it owned until its session is over.
func kill(t *testing.T, b *bench, add model.LabAdd) {
	b.add(add, add)
	b.shares("lab-1:2 lab-2:2")
	begun := time.Now()
	b.told("lab-1", model.LabKill)
	if got := b.owners(b.group); got != "lab-1:2 lab-2:2" && time.Since(begun) < quick.Session/2 {
		t.Errorf("%v after the kill the group has %q", time.Since(begun), got)
	}
	if m := b.member("lab-1"); m.State != model.LabKilled || m.Owned != 0 {
		t.Errorf("member = %+v", m)
	}
	b.shares("lab-2:4")
}

// What was killed is thrown out when the lab ends, and its group deleted at once.
func endThrowsOut(t *testing.T, b *bench, add model.LabAdd) {
	b.options.Times.Session = time.Minute
	b.add(add, add)
	b.shares("lab-1:2 lab-2:2")
	b.told("lab-1", model.LabKill)
	b.told("lab-2", model.LabStall)
	b.Close()
	b.gone()
	if err := b.Add(model.LabAdd{Group: b.group, Topic: b.topic, Assignor: model.LabRange}); err == nil {
		t.Error("a closed lab took another consumer")
	}
}

// One that hangs is thrown out once its session is over, and comes back.
func stall(t *testing.T, b *bench, add model.LabAdd) {
	b.add(add, add)
	b.shares("lab-1:2 lab-2:2")
	b.settled("lab-1")
	begun := time.Now()
	b.told("lab-1", model.LabStall)
	if m := b.member("lab-1"); m.State != model.LabStalled || m.Owned != 2 && time.Since(begun) < quick.Session/2 {
		t.Errorf("member = %+v, want it to believe what it knows", m)
	}
	b.shares("lab-2:4")
	b.told("lab-1", model.LabResume)
	b.shares("lab-1:2 lab-2:2")
	b.runs("lab-1")
}

// One that does not poll stays for as long as max.poll.interval.ms allows, then is
// gone, a static one later, and rejoins when it goes on.
func pauseTooLong(t *testing.T, b *bench, add model.LabAdd) {
	b.add(add, add)
	b.shares("lab-1:2 lab-2:2")
	b.reads("lab-1", "lab-2")
	b.told("lab-1", model.LabPause)
	time.Sleep(rest) // what it had polled already is counted
	read, other := b.member("lab-1").Read, b.member("lab-2").Read
	b.write(5)
	b.until("read by the other", func() string {
		if n := b.member("lab-2").Read - other; n < 10 {
			return fmt.Sprint(n)
		}
		return ""
	})
	if m := b.member("lab-1"); m.Read != read || m.State != model.LabPaused {
		t.Errorf("member = %+v, want it to read nothing", m)
	}
	if b.fake && add.Static && add.Assignor == model.LabConsumer {
		b.until("out", func() string { return strings.Trim(fmt.Sprint(b.member("lab-1").Owned), "0") })
		b.shares("lab-1:2 lab-2:2") // kfake ends the session of nobody who said that he comes back; Kafka does
	} else {
		b.shares("lab-2:4")
	}
	b.until("aware that it is out", func() string {
		if m := b.member("lab-1"); m.State != model.LabPaused || m.Owned != 0 || m.Problem == nil {
			return fmt.Sprintf("%+v", m)
		}
		return ""
	})
	b.told("lab-1", model.LabResume)
	b.shares("lab-1:2 lab-2:2")
	b.runs("lab-1")
}

// A static one is back with what it had and nobody else notices; a dynamic one
// comes back as another member.
func restart(t *testing.T, b *bench, add model.LabAdd) {
	b.add(add, add)
	b.shares("lab-1:2 lab-2:2")
	generation := b.settled("lab-2")
	id, has := b.member("lab-1").MemberID, [2]string{b.partitions("lab-1"), b.partitions("lab-2")}
	b.told("lab-1", model.LabRestart)
	b.shares("lab-1:2 lab-2:2")
	b.runs("lab-1")
	if had := [2]string{b.partitions("lab-1"), b.partitions("lab-2")}; add.Static && had != has {
		t.Errorf("%s became %s", has, had)
	}
	if now := b.generation("lab-2"); add.Static && now != generation && !b.fake { // kfake looks at more than the protocol's name
		t.Errorf("the other went from generation %d to %d", generation, now)
	}
	if m := b.member("lab-1"); m.MemberID == id {
		t.Errorf("member = %+v, want it to be another one", m)
	}
	b.told("lab-1", model.LabKill)
	b.told("lab-1", model.LabRestart)
	b.shares("lab-1:2 lab-2:2")
}
