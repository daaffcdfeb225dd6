package ui

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"kscope/model"
	"kscope/ui/export"
)

// copying are the keys that take the record, or a part of it, out of the program.
func (p *record) copying() []Action {
	return []Action{
		act("y", "copy value", "copy the value", func(*Frame) Intent { return Copy{What: "value", Text: string(p.record.Value)} }),
		act("c", "copy key", "copy the key", func(*Frame) Intent { return Copy{What: "key", Text: string(p.record.Key)} }),
		act("Y", "", "copy the record as JSON, as kscope tail -o json has it", p.copyJSON).quiet(),
		act("K", "", "copy a kcat command that reads the record", func(f *Frame) Intent {
			return Copy{What: "kcat command", Text: kcatCommand(f, &p.record)}
		}).quiet(),
		act("s", "save", "save the value to a new file", p.save),
		act("e", "editor", "look at the value in $EDITOR", p.edit),
		act("p", "send again", "fill the form that sends a record with this one", func(*Frame) Intent { return SendAgain{p.record} }),
	}
}

// comparing are the keys that lay the record beside another.
func (p *record) comparing() []Action {
	return []Action{
		act("m", "mark", "mark the record, to compare another with it", func(*Frame) Intent { return p.tail.markRecord(p.record) }),
		act("=", "", "compare the record with the marked one", func(*Frame) Intent { return p.tail.compareWith(p.record) }).quiet(),
	}
}

// copyJSON copies the record as a line of JSON.
func (p *record) copyJSON(*Frame) Intent {
	printer, err := export.New("json", export.Decoding{})
	if err != nil {
		return Tell{err.Error()}
	}
	return Copy{What: "record as JSON", Text: strings.TrimSuffix(string(printer.Append(nil, &p.record)), "\n")}
}

// save asks for the name of a file, and writes the value there.
func (p *record) save(*Frame) Intent {
	if p.record.Value == nil {
		return Tell{"the value is null: there is nothing to save"}
	}
	return Open{newSave(&p.record)}
}

// edit opens the value in the user's editor. What is changed there changes nothing.
func (p *record) edit(*Frame) Intent {
	if p.record.Value == nil {
		return Tell{"the value is null: there is nothing to open"}
	}
	return Edit{Text: p.record.Value, Name: valueFile(&p.record), Then: func(_ *Frame, _ []byte, err error) Intent {
		if err != nil {
			return Tell{err.Error()}
		}
		return nil
	}}
}

// valueFile is what a file with the value of a record may be called.
func valueFile(r *model.Record) string {
	extension := ".bin"
	switch {
	case json.Valid(r.Value):
		extension = ".json"
	case utf8.Valid(r.Value):
		extension = ".txt"
	}
	return r.Topic + "-" + strconv.Itoa(int(r.Partition)) + "-" + strconv.FormatInt(r.Offset, 10) + extension
}

// kcatCommand is a command line that reads the record with another client.
func kcatCommand(f *Frame, r *model.Record) string {
	var brokers []string
	for i := range f.Brokers {
		brokers = append(brokers, f.Brokers[i].Address())
	}
	return "kcat -C -b " + shellWord(strings.Join(brokers, ",")) + " -t " + shellWord(r.Topic) +
		" -p " + strconv.Itoa(int(r.Partition)) + " -o " + strconv.FormatInt(r.Offset, 10) + " -c 1 -e"
}

// shellWord quotes a word for a shell where it must be.
func shellWord(s string) string {
	plain := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".,:_-", r))
	}) < 0
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
