package themes

// faint is half intensity. Bright black, the other colour that stands back, is
// the ground itself in some terminals' schemes.
const faint = ";2"

func newSixteen() *Theme {
	t := newTheme("16", true, sixteen)
	t.pairs = true
	return t
}

func newMono() *Theme { return newTheme("mono", true, mono) }

// sixteen keeps to the ANSI colours on the terminal's own ground. Nobody knows
// whether that is dark or light, and no ANSI colour reads on both; so text has
// the terminal's own colour, and what must have a colour brings its ground.
func sixteen(b []byte, s Style) []byte {
	b = attributes(b, s.Attr|sixteenBold[s.Ink])
	if s.Attr&Dim != 0 {
		return append(b, faint...)
	}
	if g := sixteenGround[s.Ground]; g != "" {
		return append(b, g...) // brings the ink that reads on it
	}
	return append(b, sixteenInk[s.Ink]...) // a colour and its ground, or nothing
}

var sixteenBold = [inks]Attr{Strong: Bold, Accent: Bold, Leader: Bold, Warn: Bold, Bad: Bold, Change: Bold}

var sixteenInk = [inks]string{
	Faint: faint, Quiet: faint,
	Change: ";97;45", Warn: ";30;43", Bad: ";97;41",
	MemberA: ";97;44", MemberB: ";97;45", MemberC: ";30;42", MemberD: ";30;43",
	MemberE: ";30;106", MemberF: ";30;46", MemberG: ";30;103", MemberH: ";97;41",
}

var sixteenGround = [grounds]string{
	Selected: ";97;44", Resting: ";30;47", Filled: ";30;46", Field: ";30;47",
	ChangeTint: ";97;45", WarnTint: ";30;43", BadTint: ";97;41",
	Heat2: ";97;44", Heat3: ";30;46", Heat4: ";30;42", Heat5: ";30;103", Heat6: ";30;43", Heat7: ";97;41",
	MemberTintA: ";97;44", MemberTintB: ";97;45", MemberTintC: ";30;42", MemberTintD: ";30;43",
	MemberTintE: ";30;106", MemberTintF: ";30;46", MemberTintG: ";30;103", MemberTintH: ";97;41",
}

// mono uses no colour.
func mono(b []byte, s Style) []byte {
	if s.Attr&Dim != 0 {
		return attributes(append(b, faint...), s.Attr&^(Bold|Reverse))
	}
	if s.Attr&Thin != 0 {
		b = append(b, faint...)
	}
	return attributes(b, s.Attr^monoGround[s.Ground]&Reverse|monoGround[s.Ground]&^Reverse|monoInk[s.Ink])
}

var monoInk = [inks]Attr{Strong: Bold, Accent: Bold, Leader: Bold, Change: Bold, Warn: Bold, Bad: Bold}

var monoGround = [grounds]Attr{
	Selected: Reverse, Resting: Underline, Filled: Reverse | Bold, Field: Underline,
	ChangeTint: Underline, WarnTint: Underline, BadTint: Reverse,
	Heat5: Bold, Heat6: Reverse, Heat7: Reverse | Bold,
}
