package decode

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	words "golang.org/x/text/message"

	"kscope/kafka/registry"
	"kscope/model"
)

// A jsonCodec checks JSON against a schema when it writes. What it reads it takes as
// it is: it was written already.
type jsonCodec struct{ schema *jsonschema.Schema }

// schemaURL is where a schema is for its own references; nothing is fetched from it.
const schemaURL = "schema:///"

func compileJSONSchema(s *registry.Schema) (codec, error) {
	c := jsonschema.NewCompiler()
	c.UseLoader(nowhere{})
	for _, r := range s.References {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(r.Text))
		if err != nil {
			return nil, fmt.Errorf("what it refers to as %s is no JSON: %w", r.Name, err)
		}
		if err := c.AddResource(placed(r.Name), doc); err != nil {
			return nil, err
		}
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(s.Text))
	if err != nil {
		return nil, err
	}
	own := placed("kscope-schema.json")
	if err := c.AddResource(own, doc); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(own)
	if err != nil {
		return nil, err
	}
	return &jsonCodec{compiled}, nil
}

// placed makes a name an absolute URL.
func placed(name string) string {
	if u, err := url.Parse(name); err == nil && u.IsAbs() {
		return name
	}
	return schemaURL + strings.TrimPrefix(name, "/")
}

// nowhere is where schemas come from that the registry did not give: nobody is
// asked over the network for what a schema names.
type nowhere struct{}

// Load implements jsonschema.URLLoader.
func (nowhere) Load(url string) (any, error) {
	return nil, fmt.Errorf("it refers to %s, which the registry does not give with it", strings.TrimPrefix(url, schemaURL))
}

func (c *jsonCodec) names() []string { return nil }

func (c *jsonCodec) read(_, data []byte) (reading, error) {
	compact, err := model.Compact(data)
	if err != nil {
		return reading{}, fmt.Errorf("what follows the schema's id is no JSON: %w", err)
	}
	return reading{json: compact}, nil
}

// write implements codec.
func (c *jsonCodec) write(_ string, doc []byte) ([]byte, error) {
	whole, err := parse(doc)
	if err != nil {
		return nil, err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	if err := c.schema.Validate(v); err != nil {
		return nil, schemaFault(&whole, err)
	}
	return model.Compact(doc)
}

// english is what faults are told in.
var english = words.NewPrinter(language.English)

// schemaFault says the first of the innermost things that are wrong.
func schemaFault(whole *value, err error) error {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	at := whole.find(invalid.InstanceLocation)
	return at.fault("%s", invalid.ErrorKind.LocalizedString(english))
}

// find returns the value at a path, or the last one on the way.
func (v *value) find(path []string) *value {
	if len(path) == 0 {
		return v
	}
	switch is := v.is.(type) {
	case *object:
		if m := is.get(path[0]); m != nil {
			return m.find(path[1:])
		}
	case []value:
		if i, err := strconv.Atoi(path[0]); err == nil && i < len(is) {
			return is[i].find(path[1:])
		}
	}
	return v
}
