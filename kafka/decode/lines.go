package decode

import (
	"bytes"
	"hash/maphash"
	"sync"

	"kscope/model"
)

const (
	mostLines = 512      // lines that are kept
	longest   = 16 << 10 // bytes of which a line is kept
)

// lines are those that were made of late: a screen shows the same rows in each frame,
// and to read fifty by their schemas anew would take as long as the rest of the frame.
type lines struct {
	lock  sync.Mutex
	seed  maphash.Seed
	kept  map[lineKey]line
	order []lineKey // the oldest first, once all places are taken at next
	next  int
}

// A lineKey is what a line was made of. That the bytes are the same, data tells.
type lineKey struct {
	place
	format model.Format
	most   int
	hash   uint64
}

type line struct {
	data []byte
	is   model.Decoded
}

func (l *lines) key(at place, format model.Format, most int, data []byte) lineKey {
	return lineKey{at, format, most, maphash.Bytes(l.seed, data)}
}

func (l *lines) get(k lineKey, data []byte) (model.Decoded, bool) {
	l.lock.Lock()
	defer l.lock.Unlock()
	found, ok := l.kept[k]
	return found.is, ok && bytes.Equal(found.data, data)
}

// put keeps a line, if it is one that takes long to make and will not be another.
func (l *lines) put(k lineKey, data []byte, d model.Decoded) {
	if d.Problem != nil || d.Pending || len(d.Through) == 0 && !costly(d.Format) {
		return
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if _, ok := l.kept[k]; !ok {
		if len(l.order) < mostLines {
			l.order = append(l.order, k)
		} else {
			delete(l.kept, l.order[l.next])
			l.order[l.next] = k
			l.next = (l.next + 1) % mostLines
		}
	}
	l.kept[k] = line{bytes.Clone(data), d}
}

func costly(format model.Format) bool {
	switch format {
	case model.FormatAvro, model.FormatProtobuf, model.FormatMsgpack, model.FormatCBOR:
		return true
	}
	return false
}
