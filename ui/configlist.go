package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/textinput"

	"kscope/model"
	"kscope/themes"
	"kscope/ui/canvas"
)

// A configList lists the configs of a resource, and what the user wants them to be. It
// holds only that; what they are comes in each frame.
type configList struct {
	list[configRow]
	of      model.Resource
	changes map[string]model.ConfigChange
	version uint64 // of changes, and of the configs last seen
	seen    *model.Configs
	at      string // name of the config under the cursor

	editing string // name of the config whose value is typed; empty if none is
	adding  bool   // a config is typed whole, as name=value: it is not listed
	input   textinput.Model
	says    string // what is wrong with what was typed
}

// A configRow is a config, and the change that is wanted of it.
type configRow struct {
	model.Config
	change *model.ConfigChange
}

func newConfigList(of model.Resource) configList {
	p := configList{of: of, changes: map[string]model.ConfigChange{}, input: textinput.New()}
	p.input.Prompt = ""
	p.list = list[configRow]{
		columns: configColumns(of),
		filter:  newFilter(),
		id:      func(r configRow) string { return r.Name },
		words:   func(r configRow) string { return r.Name },
		find: func(rows []configRow, id string) (int, bool) {
			return slices.BinarySearchFunc(rows, id, func(r configRow, id string) int { return cmp.Compare(r.Name, id) })
		},
	}
	return p
}

// bind ties the cursor to the list, once it is where it stays.
func (p *configList) bind() {
	p.list.of = func(*Selection) string { return p.at }
	p.pick = func(_ *Selection, id string) { p.at = id }
}

func configColumns(of model.Resource) []column[configRow] {
	columns := []column[configRow]{
		{title: "config", width: 22, flex: true, most: 46, cell: func(_ *Frame, r configRow) canvas.Seg { return canvas.Seg{Text: r.Name, Style: text} },
			word: func(r configRow) string { return r.Name }},
		{title: "value", width: 14, flex: true, most: 40, cell: configValueSeg},
		{title: "default", width: 10, flex: true, most: 24, keep: 3, cell: configDefaultSeg},
		{title: "source", width: 8, keep: 2, cell: func(_ *Frame, r configRow) canvas.Seg {
			if r.Overridden() {
				return canvas.Seg{Text: r.Source.String(), Style: bold}
			}
			return canvas.Seg{Text: r.Source.String(), Style: muted}
		}, word: func(r configRow) string { return strconv.Itoa(int(r.Source)) }},
		{title: "type", width: 8, keep: 4, cell: func(_ *Frame, r configRow) canvas.Seg { return word(r.Type, muted) }, word: func(r configRow) string { return r.Type }},
	}
	if of.Name == "" { // of a new topic all are defaults: what is left to say is where from
		columns[2].title, columns[3].title = "otherwise", "from"
	}
	return columns
}

// configValueSeg is a value, as it is or as it is to be.
func configValueSeg(f *Frame, r configRow) canvas.Seg {
	switch {
	case r.change != nil && r.change.Reset:
		return canvas.Seg{Text: string(f.Marks.Arrow) + " default", Style: change}
	case r.change != nil:
		return canvas.Seg{Text: string(f.Marks.Arrow) + " " + cmp.Or(r.change.Value, `""`), Style: change}
	}
	return valueSeg(r.Value, r.Sensitive, r.Unset, text)
}

func configDefaultSeg(_ *Frame, r configRow) canvas.Seg {
	if r.Of == model.FromUnknown {
		return canvas.Seg{Text: dash, Style: muted}
	}
	return valueSeg(r.Default, r.Sensitive, r.Unset && !r.Overridden(), muted)
}

func valueSeg(value string, sensitive, unset bool, st canvasStyle) canvas.Seg {
	switch {
	case sensitive:
		return canvas.Seg{Text: "sensitive", Style: warn}
	case unset:
		return canvas.Seg{Text: dash, Style: muted}
	case value == "":
		return canvas.Seg{Text: `""`, Style: muted}
	}
	return canvas.Seg{Text: value, Style: st}
}

// wanted are the changes.
func (p *configList) wanted() model.ConfigChanges {
	var all []model.ConfigChange
	for _, c := range p.changes {
		all = append(all, c)
	}
	return model.ConfigChangesOf(all...)
}

// arrange puts the rows in order.
func (p *configList) arrange(f *Frame) func() any {
	if now := f.Configs[p.of]; now != p.seen {
		p.seen = now
		p.version++
	}
	return p.list.arrange(f, p.version, "", false, p.rows)
}

// rows are the configs there are, and those that were added by name.
func (p *configList) rows() []configRow {
	var rows []configRow
	known := map[string]bool{}
	if p.seen != nil {
		for _, e := range p.seen.Entries {
			known[e.Name] = true
			rows = append(rows, p.row(e))
		}
	}
	for name := range p.changes {
		if !known[name] {
			rows = append(rows, p.row(model.Config{Name: name, Unset: true}))
		}
	}
	slices.SortFunc(rows, func(a, b configRow) int { return cmp.Compare(a.Name, b.Name) })
	return rows
}

func (p *configList) row(e model.Config) configRow {
	row := configRow{Config: e}
	if c, ok := p.changes[e.Name]; ok {
		row.change = &c
	}
	return row
}

// under returns the config under the cursor.
func (p *configList) under() (configRow, bool) {
	line, ok := p.lineOf(p.at)
	if !ok {
		return configRow{}, false
	}
	return p.list.at(line)
}

// change wants a config to be otherwise, or no more.
func (p *configList) change(c model.ConfigChange, want bool) {
	delete(p.changes, c.Name)
	if want {
		p.changes[c.Name] = c
	}
	p.version++
}

// edit opens the value of the config under the cursor.
func (p *configList) edit(*Frame) Intent {
	r, ok := p.under()
	switch {
	case !ok:
		return nil
	case r.Sensitive:
		return Tell{r.Name + " is sensitive: kscope neither shows nor changes it"}
	}
	value := r.Value
	if r.change != nil && !r.change.Reset {
		value = r.change.Value
	}
	p.open(r.Name, value)
	return nil
}

// add opens a field for a config that is not listed.
func (p *configList) add(*Frame) Intent {
	p.open("", "")
	p.adding = true
	return nil
}

func (p *configList) open(name, value string) {
	p.editing, p.adding, p.says = name, false, ""
	p.input.SetValue(value)
	p.input.CursorEnd()
	p.input.Focus()
}

// reset wants the config under the cursor at its default; what was wanted of one that is
// at its default is forgotten.
func (p *configList) reset(*Frame) Intent {
	r, ok := p.under()
	if !ok {
		return nil
	}
	p.change(model.ConfigChange{Name: r.Name, Reset: true}, r.change == nil && r.Overridden() && p.of.Name != "")
	return nil
}

// take takes what was typed for a value.
func (p *configList) take() {
	c := model.ConfigChange{Name: p.editing, Value: p.input.Value()}
	if p.adding {
		name, value, ok := strings.Cut(p.input.Value(), "=")
		if c = (model.ConfigChange{Name: strings.TrimSpace(name), Value: value}); !ok || c.Name == "" {
			p.says = "type name=value"
			return
		}
	}
	same := false
	if p.seen != nil {
		if e := p.seen.Find(c.Name); e != nil {
			same = e.Value == c.Value && !e.Unset && (e.Overridden() || p.of.Name == "")
			if e.Sensitive {
				p.says = c.Name + " is sensitive: kscope does not change it"
				return
			}
		}
	}
	p.change(c, !same)
	p.at = c.Name
	p.close()
}

func (p *configList) close() bool {
	open := p.typingValue()
	p.editing, p.adding, p.says = "", false, ""
	p.input.Blur()
	return open
}

func (p *configList) typingValue() bool { return p.editing != "" || p.adding }

// typing is what keys do while something is typed, for the footer.
func (p *configList) typing() []Action {
	if !p.typingValue() {
		return p.list.typing()
	}
	none := func(*Frame) Intent { return nil }
	return []Action{act("enter", "take it", "", none), act("esc", "leave it", "", none)}
}

// Typing implements Typist.
func (p *configList) Typing() bool { return p.typingValue() || p.list.Typing() }

// Type implements Typist.
func (p *configList) Type(f *Frame, msg any) (Intent, bool) {
	if !p.typingValue() {
		return p.list.Type(f, msg)
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			p.take()
			return nil, true
		case "esc":
			p.close()
			return nil, true
		case "ctrl+c":
			return nil, false
		}
	}
	p.input, _ = p.input.Update(msg.(tea.Msg))
	return nil, true
}

// drawUnder draws what is known of the config under the cursor, or the field for its
// value, over two lines or more.
func (p *configList) drawUnder(f *Frame, c *canvas.Canvas) {
	w, h := c.Size()
	r, ok := p.under()
	if p.typingValue() {
		name := p.editing
		if p.adding {
			name = "name=value"
		}
		x := c.Put(1, 0, canvas.Truncate(name, w/2)+" ", accent)
		drawInput(c, x+1, 0, max(8, w-x-4), &p.input, true)
		switch {
		case p.says != "":
			c.Cut(1, 1, w-2, mark(f.Marks.Attention, p.says), warn)
		case p.adding:
			c.Cut(1, 1, w-2, "enter takes it, esc does not", muted)
		default:
			c.Cut(1, 1, w-2, typeHint(r)+"; enter takes it, esc does not", muted)
		}
		return
	}
	if !ok {
		return
	}
	y := 0
	if whole := r.Name + " = " + r.Value; h > 1 && !r.Sensitive && canvas.Width(whole) > longConfig {
		y = wrap(c, 1, 0, w-2, h-1, whole, text)
	}
	wrap(c, 1, y, w-2, h-y, cmp.Or(r.Documentation, "the broker gives no documentation of "+r.Name), muted)
}

// longConfig is from how many cells on a config may not show whole in its row.
const longConfig = 64

func typeHint(r configRow) string {
	hint := cmp.Or(r.Type, "a value")
	if r.Of != model.FromUnknown && !r.Unset {
		hint += ", by default " + cmp.Or(r.Default, `""`)
	}
	return hint
}

// drawRows draws the list, or why there is none.
func (p *configList) drawRows(f *Frame, c *canvas.Canvas) {
	now := f.Configs[p.of]
	w, h := c.Size()
	if now != nil && now.Problem != nil {
		y := wrap(c, 2, 0, w-3, 2, mark(f.Marks.Attention, now.Problem.Error()), warn)
		c = c.Sub(canvas.Rect{Y: y, W: w, H: max(0, h-y)})
		if len(p.now.rows) == 0 {
			return
		}
	} else if instead(f, c, len(p.now.rows), model.DescribeConfigs{Of: p.of}, "configs") {
		return
	}
	p.draw(f, c, func(r configRow) rowState {
		if r.change != nil {
			return rowLinked
		}
		return rowPlain
	})
}

// changedSeg says how many configs are to be otherwise.
func (p *configList) changedSeg() canvas.Seg {
	if len(p.changes) == 0 {
		return canvas.Seg{}
	}
	return canvas.Seg{Text: plural(len(p.changes), "change", "changes"), Style: themes.Style{Ink: themes.Change, Attr: themes.Bold}}
}
