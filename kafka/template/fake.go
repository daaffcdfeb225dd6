package template

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// A faker makes names, addresses and the like.
type faker = gofakeit.Faker

func newFaker(source rand.Source) *faker { return gofakeit.NewFaker(source, false) }

// fake calls a function of gofakeit. It is tried out once, so that a name or an
// argument that it does not take is an error of the template.
func fake(args []word) (part, *misuse) {
	name, with, hasArgs := strings.Cut(args[0].text, ":")
	name = strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(name))
	info := gofakeit.GetFuncLookup(name)
	if info == nil {
		return nil, &misuse{0, fmt.Sprintf("gofakeit has nothing called %q%s", args[0].text, near(name))}
	}
	call := func(f *faker) (any, error) { return info.Generate(f, nil, info) }
	if hasArgs || len(info.Params) > 0 {
		pattern := "{" + name + "}"
		if hasArgs {
			pattern = "{" + name + ":" + with + "}"
		}
		call = func(f *faker) (any, error) { return f.Generate(pattern) }
	}
	if says := tryOut(call); says != "" {
		return nil, &misuse{0, fmt.Sprintf("%s: %s", args[0].text, says)}
	}
	return func(dst []byte, r *Record) []byte {
		switch made, err := call(r.Random.faker); made := made.(type) {
		case string:
			return append(dst, made...)
		case []byte:
			return append(dst, made...)
		default:
			if err != nil { // it went well once, and is asked the same
				return append(dst, err.Error()...)
			}
			return fmt.Append(dst, made)
		}
	}, nil
}

// tryOut says what goes wrong when a function is called; nothing if all is well. Some
// of gofakeit's panic for arguments that they cannot use.
func tryOut(call func(f *faker) (any, error)) (says string) {
	defer func() {
		if p := recover(); p != nil {
			says = fmt.Sprint(p)
		}
	}()
	for seed := range uint64(8) {
		if _, err := call(newFaker(rand.NewPCG(seed, 1))); err != nil {
			return err.Error()
		}
	}
	return ""
}

// near offers names that hold what was typed, or begin as it does.
func near(name string) string {
	var names []string
	for known := range gofakeit.FuncLookups {
		if len(name) > 1 && (strings.Contains(known, name) || strings.Contains(name, known) || strings.HasPrefix(known, name[:min(len(name), 4)])) {
			names = append(names, known)
		}
	}
	if names == nil {
		return ""
	}
	slices.Sort(names)
	return "; did you mean " + strings.Join(names[:min(len(names), 3)], ", ") + "?"
}

// Fakes returns the names that {{fake}} knows, sorted.
func Fakes() []string {
	var names []string
	for name := range gofakeit.FuncLookups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
