// Parses each expression of a JSON Lines file with Prometheus's own parser, several times over, and
// prints the microseconds that one takes.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

const rounds = 3

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	var expressions []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var row struct{ Expr string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		expressions = append(expressions, row.Expr)
	}
	promql := parser.NewParser(parser.Options{})
	start := time.Now()
	for round := 0; round < rounds; round++ {
		for _, expression := range expressions {
			_, _ = promql.ParseExpr(expression)
		}
	}
	fmt.Printf("%.1f\n", float64(time.Since(start).Microseconds())/float64(rounds*len(expressions)))
}
