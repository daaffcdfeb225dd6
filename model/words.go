package model

import (
	"math"
	"strconv"
	"strings"
)

// The sentences of this package are made of these. Names of topics stand in them
// as the cluster spells them: whoever shows a sentence makes it safe.

// number writes n with its thousands separated.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// things writes a number with its word; the plural is the word and an s.
func things(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(n) + " " + word + "s"
}

// percent writes a ratio as a percentage.
func percent(ratio float64) string { return strconv.Itoa(int(math.Round(ratio*100))) + " %" }

// amount writes a share: whole where it is, else with one decimal.
func amount(v float64) string {
	if r := math.Round(v); math.Abs(v-r) < 0.05 {
		return number(int(r))
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// id writes a broker or partition id.
func id(n int32) string { return strconv.Itoa(int(n)) }

// ids writes broker or partition ids as a list.
func ids(list []int32) string {
	words := make([]string, 0, min(len(list), named+1))
	for _, n := range list {
		if len(words) > named {
			break
		}
		words = append(words, id(n))
	}
	return some(words, len(list))
}

// named is how many members of a list are written out.
const named = 3

// some writes a list of total members of which the first are given: 3; 3 and 10;
// 3, 5 and 7; 3, 5, 7 and 4 more. If one is left over it is written out.
func some(words []string, total int) string {
	n := min(len(words), named)
	if total == named+1 && len(words) > named {
		n++
	}
	words = words[:n:n]
	if total > n {
		words = append(words, number(total-n)+" more")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// verb picks the form of a verb for n things.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
