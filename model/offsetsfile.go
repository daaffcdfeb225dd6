package model

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A FileOffset is a line of a file of offsets.
type FileOffset struct {
	Topic     string
	Partition int32
	Offset    int64
}

// ParseOffsets reads what kafka-consumer-groups writes with --export, and reads with
// --from-file: lines of topic,partition,offset, or with a group before them where
// several were exported. Lines of other groups are left out. The problem points at
// the line; it is of kind Invalid.
func ParseOffsets(file, group string) ([]FileOffset, *Problem) {
	var offsets []FileOffset
	lines := map[FileOffset]int{} // where each partition was named; the offset is left out
	line := 0
	for row := range strings.Lines(strings.TrimPrefix(file, "\ufeff")) {
		line++
		if strings.TrimSpace(row) == "" {
			continue
		}
		fields, err := fieldsOf(row)
		if err != nil {
			return nil, unreadable(line, err)
		}
		if len(fields) == 4 {
			if fields[0] != group {
				continue
			}
			fields = fields[1:]
		}
		o, wrong := offsetIn(fields)
		if wrong != "" {
			return nil, offLine(line, wrong)
		}
		key := FileOffset{Topic: o.Topic, Partition: o.Partition}
		if before, twice := lines[key]; twice {
			return nil, offLine(line, fmt.Sprintf("names partition %d of %s again, as line %d did", o.Partition, o.Topic, before))
		}
		lines[key] = line
		offsets = append(offsets, o)
	}
	if len(offsets) == 0 {
		return nil, &Problem{Kind: Invalid, Says: "The file holds no offset of group " + group, Fix: offsetsForm}
	}
	return offsets, nil
}

const offsetsForm = "write lines of topic,partition,offset"

// offsetIn reads the fields of a line, or says what is wrong with them.
func offsetIn(fields []string) (o FileOffset, wrong string) {
	if len(fields) != 3 {
		return o, fmt.Sprintf("has %d fields, and not 3", len(fields))
	}
	partition, err := strconv.ParseInt(strings.TrimSpace(fields[1]), 10, 32)
	if err != nil || partition < 0 {
		return o, strconv.Quote(fields[1]) + " is no partition"
	}
	offset, err := strconv.ParseInt(strings.TrimSpace(fields[2]), 10, 64)
	if err != nil || offset < 0 {
		return o, strconv.Quote(fields[2]) + " is no offset"
	}
	topic := strings.TrimSpace(fields[0])
	if topic == "" {
		return o, "names no topic"
	}
	return FileOffset{Topic: strings.Clone(topic), Partition: int32(partition), Offset: offset}, ""
}

// fieldsOf splits a line. A quoted field may not go on in the next one: no name of a
// topic holds a line feed.
func fieldsOf(row string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(row))
	r.TrimLeadingSpace = true
	return r.Read()
}

func unreadable(line int, err error) *Problem {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		err = parse.Err
	}
	return offLine(line, err.Error())
}

func offLine(line int, wrong string) *Problem {
	return &Problem{Kind: Invalid, Says: fmt.Sprintf("Line %d of the file: %s", line, wrong), Fix: offsetsForm}
}
