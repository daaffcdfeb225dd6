package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"kscope/themes"
	"kscope/ui/canvas"
)

// A listField is a field for any number of names with a value each, in an order, of
// which several may have the same name.
type listField struct {
	kinds []string // how a value may be given; one kind: there is no choice
	empty string   // what stands there while there are none
	items []*listItem
	item  int // the one that has the keys
	part  listPart
}

// A listItem is a name with its value.
type listItem struct {
	name, value editor
	kind        int
}

// listPart is which part of an item has the keys.
type listPart int

const (
	listName listPart = iota
	listValue
	listKind
	listParts
)

func newList(empty string, kinds ...string) *listField { return &listField{empty: empty, kinds: kinds} }

// add adds an item at the end, and gives it the keys.
func (t *listField) add() *listItem {
	item := &listItem{}
	t.items = append(t.items, item)
	t.item, t.part = len(t.items)-1, listName
	return item
}

// drop takes the item away that has the keys.
func (t *listField) drop() {
	if t.item < len(t.items) {
		t.items = slices.Delete(t.items, t.item, t.item+1)
		t.item = max(0, min(t.item, len(t.items)-1))
	}
}

// shift moves the item that has the keys up or down.
func (t *listField) shift(by int) {
	to := t.item + by
	if to >= 0 && to < len(t.items) {
		t.items[t.item], t.items[to] = t.items[to], t.items[t.item]
		t.item = to
	}
}

// parts is how many parts an item has.
func (t *listField) parts() listPart {
	if len(t.kinds) > 1 {
		return listParts
	}
	return listKind
}

// enter implements field.
func (t *listField) enter(by int) {
	t.item, t.part = 0, listName
	if by < 0 && len(t.items) > 0 {
		t.item, t.part = len(t.items)-1, t.parts()-1
	}
}

// turn implements field.
func (t *listField) turn(by int) bool {
	n := int(t.parts())
	to := t.item*n + int(t.part) + by
	if to < 0 || to >= n*len(t.items) {
		return false
	}
	t.item, t.part = to/n, listPart(to%n)
	return true
}

// take implements field.
func (t *listField) take(_ *Frame, msg any) bool {
	if len(t.items) == 0 {
		_, key := msg.(tea.KeyPressMsg)
		return !key
	}
	item := t.items[t.item]
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey {
		switch key := k.String(); {
		case key == "up" && t.item > 0:
			t.item--
			return true
		case key == "down" && t.item < len(t.items)-1:
			t.item++
			return true
		case key == "enter":
			return t.turn(+1)
		case t.part == listKind:
			return t.choose(item, key)
		}
	}
	switch t.part {
	case listName:
		return item.name.take(msg)
	case listValue:
		return item.value.take(msg)
	}
	return true
}

func (t *listField) choose(item *listItem, key string) bool {
	switch key {
	case "left":
		item.kind = (item.kind + len(t.kinds) - 1) % len(t.kinds)
	case "right", "space":
		item.kind = (item.kind + 1) % len(t.kinds)
	default:
		return false
	}
	return true
}

// lines implements field.
func (t *listField) lines(int) int { return max(1, len(t.items)) }

// used implements field.
func (t *listField) used(w int) int { return w }

// draw implements field.
func (t *listField) draw(f *Frame, c *canvas.Canvas, focused bool) {
	w, _ := c.Size()
	if len(t.items) == 0 {
		c.Cut(1, 0, w-2, t.empty, muted)
		return
	}
	for i := range t.items {
		t.drawItem(f, c.Sub(canvas.Rect{Y: i, W: w, H: 1}), t.items[i], focused && i == t.item)
	}
}

func (t *listField) drawItem(f *Frame, c *canvas.Canvas, item *listItem, focused bool) {
	w, _ := c.Size()
	kind := 0
	for _, k := range t.kinds {
		kind = max(kind, canvas.Width(k)+4)
	}
	if len(t.kinds) < 2 {
		kind = 0
	}
	name := (w - kind) / 3
	value := w - kind - name - 3
	part := func(x, w int, e *editor, is listPart) {
		c.Fill(canvas.Rect{X: x, W: w, H: 1}, themes.Field)
		e.draw(c.Sub(canvas.Rect{X: x + 1, W: w - 2, H: 1}), focused && t.part == is)
	}
	part(0, name, &item.name, listName)
	c.Put(name+1, 0, "=", muted)
	part(name+3, value, &item.value, listValue)
	if kind > 0 {
		st := muted
		if focused && t.part == listKind {
			st = themes.Style{Ink: themes.Strong, Ground: themes.Selected, Attr: themes.Bold}
			c.Rune(w-kind+1, 0, f.Marks.Here, st)
		}
		c.Put(w-kind+2, 0, t.kinds[item.kind]+" ", st)
	}
}
