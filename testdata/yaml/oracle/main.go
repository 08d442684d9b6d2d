// Prints what sigs.k8s.io/yaml, the YAML reader of kubectl and the API server, makes of the first column
// of kubernetes.tsv: `go run . < ../kubernetes.tsv`. The other columns are ignored.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		written := strings.SplitN(lines.Text(), "\t", 2)[0]
		text, err := strconv.Unquote(written)
		if err != nil {
			fmt.Fprintln(os.Stderr, written, err)
			os.Exit(1)
		}
		read, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			fmt.Printf("%s\trefused\n", written)
			continue
		}
		fmt.Printf("%s\t%s\n", written, read)
	}
}
