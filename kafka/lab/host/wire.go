package host

import (
	"encoding/json"
	"errors"

	"kscope/model"
)

// A request is a line to the host: first how to connect, then one command a line.
type request struct {
	Connect *connection    `json:"connect,omitempty"`
	ID      int64          `json:"id,omitempty"` // what the answer to a command repeats
	Add     *model.LabAdd  `json:"add,omitempty"`
	Tell    *model.LabTell `json:"tell,omitempty"`
	End     *model.LabEnd  `json:"end,omitempty"`
}

// requestOf returns the request that carries out cmd.
func requestOf(cmd model.Command) (request, error) {
	switch cmd := cmd.(type) {
	case model.LabAdd:
		return request{Add: &cmd}, nil
	case model.LabTell:
		return request{Tell: &cmd}, nil
	case model.LabEnd:
		return request{End: &cmd}, nil
	default:
		return request{}, errors.New("no command of the lab: " + cmd.String())
	}
}

// command returns what a request asks for, nil if that is nothing.
func (r *request) command() model.Command {
	switch {
	case r.Add != nil:
		return *r.Add
	case r.Tell != nil:
		return *r.Tell
	case r.End != nil:
		return *r.End
	}
	return nil
}

// A connection is a model.Connection with its password in plain text: the pipe to
// the host is the one way that it takes.
type connection struct {
	model.Connection
	Password string   // instead of Connection's, which no encoding shows
	Registry struct{} // instead of Connection's: test consumers have no use for it
}

func connectionOf(c model.Connection) *connection {
	c.Registry, c.Proto = model.Registry{}, model.Proto{}
	return &connection{Connection: c, Password: c.Password.Reveal()}
}

func (c *connection) model() model.Connection {
	conn := c.Connection
	conn.Password = model.NewSecret(c.Password)
	return conn
}

// A response is a line from the host: the answer to a request, or the lab as it is
// now.
type response struct {
	Done    int64    `json:"done,omitempty"` // the request's ID
	Problem *problem `json:"problem,omitempty"`
	Members []member `json:"members"` // null: nothing of the lab
}

// A problem is a model.Problem with its cause in words.
type problem struct {
	Kind  model.ProblemKind
	Says  string
	Fix   string      `json:",omitempty"`
	Right model.Right `json:",omitzero"`
	Cause string      `json:",omitempty"`
}

func problemOf(p *model.Problem) *problem {
	if p == nil {
		return nil
	}
	w := &problem{Kind: p.Kind, Says: p.Says, Fix: p.Fix, Right: p.Right}
	if p.Cause != nil {
		w.Cause = p.Cause.Error()
	}
	return w
}

func (w *problem) model() *model.Problem {
	if w == nil {
		return nil
	}
	p := &model.Problem{Kind: w.Kind, Says: w.Says, Fix: w.Fix, Right: w.Right}
	if w.Cause != "" {
		p.Cause = errors.New(w.Cause)
	}
	return p
}

// A member is a model.LabMember whose problem can be encoded.
type member struct {
	model.LabMember
	Problem *problem `json:",omitempty"`
}

func membersOf(v model.LabView) []member {
	members := make([]member, 0, len(v.Members)) // not nil: it is something
	for _, m := range v.Members {
		w := member{m, problemOf(m.Problem)}
		w.LabMember.Problem = nil
		members = append(members, w)
	}
	return members
}

func viewOf(members []member) model.LabView {
	var v model.LabView
	for _, w := range members {
		m := w.LabMember
		m.Problem = w.Problem.model()
		v.Members = append(v.Members, m)
	}
	return v
}

// longest bounds a line either way.
const longest = 4 << 20

// line encodes what is sent, with its newline.
func line(message any) ([]byte, error) {
	b, err := json.Marshal(message)
	return append(b, '\n'), err
}

// parse decodes a line.
func parse[M request | response](line []byte) (m M, err error) {
	err = json.Unmarshal(line, &m)
	return m, err
}
