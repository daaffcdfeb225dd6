package themes

// Marks are the glyphs that carry a meaning. No meaning is told by colour
// alone. All are one column wide.
type Marks struct {
	Leader    rune // leads, as it should
	InSync    rune // follows, in sync
	LeadsFor  rune // leads in place of the preferred replica
	Preferred rune // is preferred, in sync, and does not lead
	Behind    rune // follows, not in sync
	Offline   rune
	None      rune // no replica here
	Adding    rune
	Removing  rune

	Attention rune // before what needs it
	Stable    rune // a state that is as it should be
	InFlight  rune // a state that will pass
	Idle      rune // nothing going on

	Here       rune // the selected row
	Link       rune // a row that belongs to what is selected elsewhere
	Controller rune
	Unowned    rune // in a lane: nobody reads
	Lane       rune // in a lane: its owner reads
	LanePast   rune // the same, of before kscope looked
	Unwatched  rune // in a lane: nobody looked
	Tick       rune // a time below lanes
	Null       rune // a key or value that is null

	Ellipsis rune // something was cut
	Dot      rune // between facts
	Arrow    rune
	NotEqual rune
	AtLeast  rune
	Up, Down rune // sorted ascending, descending

	Bar, Half, Track rune    // a thin bar, its half column, the rest
	Spark            [8]rune // no figure, then from least to most

	H, V, TL, TR, BL, BR rune // frames
	Dash                 rune // the rule above totals
	Scroll               rune // what of a list is seen, on the frame
}

var unicodeMarks = Marks{
	Leader: '■', InSync: '□', LeadsFor: '▣', Preferred: '◧', Behind: '▫', Offline: '×', None: '·', Adding: '+', Removing: '−',
	Attention: '▲', Stable: '●', InFlight: '◐', Idle: '○',
	Here: '▸', Link: '▎', Controller: '◆', Unowned: '░', Lane: '─', LanePast: '╌', Unwatched: '·', Tick: '┆', Null: '∅',
	Ellipsis: '…', Dot: '·', Arrow: '→', NotEqual: '≠', AtLeast: '≥', Up: '▴', Down: '▾',
	Bar: '━', Half: '╸', Track: '─', Spark: [8]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'},
	H: '─', V: '│', TL: '╭', TR: '╮', BL: '╰', BR: '╯', Dash: '╌', Scroll: '┃',
}

var asciiMarks = Marks{
	Leader: 'L', InSync: 'o', LeadsFor: 'N', Preferred: 'p', Behind: '!', Offline: 'x', None: '.', Adding: '+', Removing: '-',
	Attention: '!', Stable: '*', InFlight: '~', Idle: 'o',
	Here: '>', Link: '|', Controller: '*', Unowned: '.', Lane: '-', LanePast: '=', Unwatched: ':', Tick: '|', Null: '0',
	Ellipsis: '~', Dot: '.', Arrow: '>', NotEqual: '#', AtLeast: '>', Up: '^', Down: 'v',
	Bar: '=', Half: '-', Track: '.', Spark: [8]rune{' ', '_', '_', '.', '-', '-', '=', '='},
	H: '-', V: '|', TL: '+', TR: '+', BL: '+', BR: '+', Dash: '-', Scroll: '#',
}

// Sign returns how a sign is drawn that stands in words: the ellipsis where a text
// was cut, dashes, arrows. It is r itself unless the marks are ASCII; a letter
// always stays what it is.
func (m *Marks) Sign(r rune) rune {
	if m != &asciiMarks {
		return r
	}
	switch r {
	case '…':
		return m.Ellipsis
	case '–', '−':
		return '-'
	case '×':
		return m.Offline
	case '∅':
		return m.Null
	case '±':
		return '~'
	case '·':
		return m.Dot
	case '≥':
		return m.AtLeast
	case '→':
		return m.Arrow
	case '‹':
		return '<'
	case '›':
		return '>'
	case '↑':
		return m.Up
	case '↓':
		return m.Down
	}
	return r
}
