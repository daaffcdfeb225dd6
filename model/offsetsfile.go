package model

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	var offsets []FileOffset
	lines := map[FileOffset]int{} // where each partition was named; the offset is left out
	for {
		fields, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := r.FieldPos(0)
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

func unreadable(err error) *Problem {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return offLine(parse.Line, parse.Err.Error())
	}
	return &Problem{Kind: Invalid, Says: "The file cannot be read: " + err.Error(), Fix: offsetsForm, Cause: err}
}

func offLine(line int, wrong string) *Problem {
	return &Problem{Kind: Invalid, Says: fmt.Sprintf("Line %d of the file: %s", line, wrong), Fix: offsetsForm}
}
