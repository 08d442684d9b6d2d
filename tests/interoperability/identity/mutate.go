package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"
)

// mutant makes one file.
func mutant(random *rand.Rand) []byte {
	text := pick(random, seeds)
	for range 1 + random.IntN(4) {
		text = change(random, text)
	}
	switch random.IntN(60) {
	case 0:
		return inUTF16(text, random.IntN(2) == 0)
	case 1:
		return []byte(strings.Repeat("\ufeff", 1+random.IntN(3)) + text)
	default:
		return []byte(text)
	}
}

func change(random *rand.Rand, text string) string {
	switch random.IntN(12) {
	case 0, 1, 2:
		at := place(random, text)
		return text[:at] + pick(random, fragments) + text[at:]
	case 3, 4, 5:
		return rewriteWord(random, text)
	case 6:
		return splitWord(random, text)
	case 7:
		from, to := random.IntN(len(text)+1), random.IntN(4)
		return text[:from] + text[min(len(text), from+to):]
	case 8:
		old, new := pick(random, breaks[:3]), pick(random, breaks)
		return strings.Replace(text, old, new, 1+random.IntN(3))
	case 9:
		return strings.ReplaceAll(text, "\n", pick(random, breaks))
	case 10:
		lines := strings.SplitAfter(text, "\n")
		at := random.IntN(len(lines))
		with := []string{pick(random, fragments) + lines[at], lines[at] + lines[at], "  " + lines[at], pick(random, fragments) + "\n" + lines[at]}
		lines[at] = pick(random, with)
		return strings.Join(lines, "")
	default:
		at := place(random, text)
		return text[:at] + pick(random, fragments) + pick(random, fragments) + text[at:]
	}
}

func pick(random *rand.Rand, from []string) string {
	return from[random.IntN(len(from))]
}

// place gives a byte in the text, more often before, in or after a word than elsewhere.
func place(random *rand.Rand, text string) int {
	word := pick(random, words)
	found := occurrence(random, text, word)
	if found < 0 || random.IntN(3) == 0 {
		return random.IntN(len(text) + 1)
	}
	return min(len(text), max(0, found-1+random.IntN(len(word)+4)))
}

// occurrence gives one of the places of the word.
func occurrence(random *rand.Rand, text, word string) int {
	at := -1
	for skip := random.IntN(3); skip >= 0; skip-- {
		next := strings.Index(text[at+1:], word)
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return at
}

// rewriteWord writes a word in another way.
func rewriteWord(random *rand.Rand, text string) string {
	word := pick(random, words)
	at := occurrence(random, text, word)
	if at < 0 {
		return text
	}
	end := at + len(word)
	if at > 0 && end < len(text) && (text[at-1] == '"' || text[at-1] == '\'') && text[end] == text[at-1] {
		at, end = at-1, end+1
	}
	inside := random.IntN(len(word))
	before, letter, after := word[:inside], word[inside], word[inside+1:]
	coded := base64.StdEncoding.EncodeToString([]byte(word))
	lineBreak := pick(random, breaks)
	var as string
	switch random.IntN(16) {
	case 0:
		as = fmt.Sprintf("\"%s\\x%02x%s\"", before, letter, after)
	case 1:
		as = fmt.Sprintf("\"%s\\u%04x%s\"", before, letter, after)
	case 2:
		as = fmt.Sprintf("\"%s\\U%08x%s\"", before, letter, after)
	case 3:
		as = fmt.Sprintf("\"%s\\%s%s%c%s\"", before, lineBreak, pick(random, []string{"", " ", "  ", "\t"}), letter, after)
	case 4:
		as = fmt.Sprintf("? \"%s\\%s  %c%s\"\n", before, lineBreak, letter, after)
	case 5:
		as = "!!binary " + coded
	case 6:
		as = "!<tag:yaml.org,2002:binary> '" + coded + "'"
	case 7:
		as = fmt.Sprintf("!!binary \"%s\\%s  %s\"", coded[:2], lineBreak, coded[2:])
	case 8:
		as = pick(random, []string{"!!str ", "! ", "!x ", "!x, ", "&k ", "&k !!str ", "!!str &k ", "!<x> "}) + word
	case 9:
		as = "? " + word + "\n"
	case 10:
		as = "?" + word + " "
	case 11:
		as = "? |-\n   " + word + "\n"
	case 12:
		as = "\"" + word + "\"" + pick(random, []string{"", "#", " #\n", "\t", lineBreak})
	case 13:
		as = "'" + word + "'"
	case 14:
		as = word + pick(random, fragments)
	default:
		as = pick(random, fragments) + word
	}
	return text[:at] + as + text[end:]
}

// splitWord puts a line break, escaped or not, into a word.
func splitWord(random *rand.Rand, text string) string {
	word := pick(random, words)
	at := occurrence(random, text, word)
	if at < 0 {
		return text
	}
	at += random.IntN(len(word) + 1)
	return text[:at] + pick(random, []string{"\\", ""}) + pick(random, breaks) + pick(random, []string{"", " ", "   ", "\t", "\u2028"}) + text[at:]
}

func inUTF16(text string, bigEndian bool) []byte {
	var out []byte
	for _, unit := range append([]uint16{0xFEFF}, utf16.Encode([]rune(text))...) {
		if bigEndian {
			out = append(out, byte(unit>>8), byte(unit))
		} else {
			out = append(out, byte(unit), byte(unit>>8))
		}
	}
	return out
}
