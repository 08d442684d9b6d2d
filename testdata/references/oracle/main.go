// Prints what github.com/distribution/reference makes of each text of ../distribution.tsv, as the first
// two columns of that file: the text as a JSON string; registry, repository, tag and digest, or ERR.
//
//	go run . < ../distribution.tsv
package main

import (
	"bufio"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/distribution/reference"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		column, _, _ := strings.Cut(lines.Text(), "\t")
		var text string
		if err := json.Unmarshal([]byte(column), &text); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s\t%s\n", column, verdict(text))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func verdict(text string) string {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return "ERR"
	}
	tag, digest := "-", "-"
	if tagged, ok := named.(reference.Tagged); ok {
		tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		digest = digested.Digest().String()
	}
	return strings.Join([]string{reference.Domain(named), reference.Path(named), tag, digest}, " ")
}
