// Package themes decides what things look like. Panes say what a text is (a
// leader, a warning, a muted word, on a selected row) and never name a colour;
// a [Theme] turns that into an escape sequence. A [Palette] is the five
// decisions all colours of a theme are derived from.
package themes

// Ink is what a text or mark means.
type Ink uint8

// The inks. Normal is never coloured: a sound state is Muted, so that the eye
// finds trouble first.
const (
	Text     Ink = iota // values
	Strong              // the value a row is about
	Muted               // words around values, column heads, what is as it should be
	Faint               // frames and tracks: seen, not read, never lifted
	Accent              // focus, keys, links
	Leader              // a partition's leader
	Follower            // an in-sync follower
	Quiet               // sparklines: seen, not read, never lifted
	Change              // not where it should be, in flight, predicted, null
	Good
	Warn
	Bad
	OnAccent // text on [Filled]
	Legible  // whatever reads best on the ground, for heat maps
	MemberA  // group members have eight colours; see [Member]
	MemberB
	MemberC
	MemberD
	MemberE
	MemberF
	MemberG
	MemberH

	inks
)

// Ground is what a text stands on.
type Ground uint8

// The grounds.
const (
	Keep       Ground = iota // leave what is below
	Base                     // the screen
	Surface                  // dialogs and chips
	Selected                 // the selected row of the focused pane
	Resting                  // the selected row of another pane
	Linked                   // a row that belongs to what is selected elsewhere
	LeaderTint               // under a leader's mark
	ChangeTint               // under what moved or is predicted to
	WarnTint
	BadTint
	Filled // the focused title: the accent itself; goes with [OnAccent]
	Field  // where one types
	Heat1  // the least of a heat map
	Heat2
	Heat3
	Heat4
	Heat5
	Heat6
	Heat7       // and the most
	MemberTintA // lanes of group members; see [MemberTint]
	MemberTintB
	MemberTintC
	MemberTintD
	MemberTintE
	MemberTintF
	MemberTintG
	MemberTintH

	grounds
)

// Attr is a set of flags.
type Attr uint8

// The attributes.
const (
	Bold Attr = 1 << iota
	Underline
	Reverse
	Italic
	Dim  // below a dialog: pushed towards the ground
	Raw  // keep the ink as it is, however badly it reads on the ground
	Thin // a line to be seen, not read: the ink comes close to the ground

	attrs = iota
)

// Style is the look of a cell. The zero value is plain text on what is there.
type Style struct {
	Ink    Ink
	Ground Ground
	Attr   Attr
}

// B returns s in bold.
func (s Style) B() Style { s.Attr |= Bold; return s }

// U returns s underlined.
func (s Style) U() Style { s.Attr |= Underline; return s }

// I returns s in italics.
func (s Style) I() Style { s.Attr |= Italic; return s }

// On returns s on the ground g.
func (s Style) On(g Ground) Style { s.Ground = g; return s }

// S returns the style of plain text in this ink.
func (i Ink) S() Style { return Style{Ink: i} }

// B returns the style of bold text in this ink.
func (i Ink) B() Style { return Style{Ink: i, Attr: Bold} }

// On returns the style of text in this ink on the ground g.
func (i Ink) On(g Ground) Style { return Style{Ink: i, Ground: g} }

// Members is how many members of a group have a colour of their own.
const Members = 8

// Member returns the ink of member n, n ≥ 0; colours repeat after [Members],
// so a letter always stands by.
func Member(n int) Ink { return MemberA + Ink(n%Members) }

// MemberTint returns the ground of member n, n ≥ 0, in a lane.
func MemberTint(n int) Ground { return MemberTintA + Ground(n%Members) }

// Heats is how many steps a heat map has.
const Heats = 7

// Heat returns the ground for the share f of the greatest value, 0 ≤ f ≤ 1;
// what lies outside, or is not a number, is brought to the nearer end.
func Heat(f float64) Ground {
	if !(f > 0) {
		return Heat1
	}
	return Heat1 + Ground(min(f, 1)*(Heats-1)+.5)
}
