// Package template makes the keys and values of test records: text with {{ }} in it,
// compiled once and filled in for each record.
//
//	t, err := template.Compile(`{"id": {{n}}, "mail": {{fake "email" | json}}}`)
//	if err != nil { ... }
//	value = t.Append(nil, &template.Record{N: 7, Random: r, Now: now})
//
// Inside of {{ }} stands a function with its arguments, which are numbers or quoted
// text, or quoted text by itself; after a | how the outcome is written:
//
//	n [first]       the number of the record, from 1 or from first
//	uuid            a random UUID (version 4)
//	now [layout]    the moment of sending: RFC 3339; unix or unixms; or a Go layout
//	int a b         a random whole number from a to b, both included
//	float a b       a random number from a to b, with two decimals
//	bool            true or false
//	choice x y …    one of the arguments
//	letters n       n random lower-case letters
//	hex n           n random bytes in hexadecimal
//	key             the key of the record, in a value or a header
//	fake name       what github.com/brianvoe/gofakeit calls by that name: email, name,
//	                city, ipv4address; with arguments as in "number:1,10"
//	… | json        as a JSON string, with its quotes
//
// It is not Go's text/template, which is slow for what a bulk sending makes hundreds
// of thousands of a second. Errors say in which line and column of the text they are.
package template
