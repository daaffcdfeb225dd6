// Package drafts reads records that are to be sent from lines, JSON Lines and CSV: one
// at a time, so that a file may be of any size. Errors name the line, and the column
// in characters where there is one; what was read before an error stands.
//
// JSON Lines are what `kscope tail -o json` prints, so that records can be sent again:
//
//	{"key": "k", "value": "v", "headers": [{"key": "h", "value": "1"}], "partition": 3, "timestamp": 1772366400000}
//
// With "key_encoding": "base64" the key is bytes, and so on for the others. A key or a
// value that is null is null, one that is left out is not said, and one that is no
// string, such as {"total": 12.50}, is sent as that JSON, digit for digit. The names
// topic, offset, timestamp_type and leader_epoch are taken for what a record once was,
// and not looked at; any other name is an error.
package drafts
