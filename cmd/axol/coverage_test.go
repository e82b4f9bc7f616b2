package main

import (
	"bytes"
	"strings"
	"testing"

	"axol/jit"
	"axol/jit/a64"
)

func TestCoverage(t *testing.T) {
	rows, made := countCoverage()
	for _, r := range rows {
		sum := 0
		for _, n := range r.made {
			sum += n
		}
		if sum != r.lines || r.checked > r.lines {
			t.Errorf("%+v does not add up", r)
		}
	}
	if all := rows[len(rows)-1]; all.lines != len(a64.Table()) {
		t.Errorf("%d lines, the table has %d", all.lines, len(a64.Table()))
	}
	for op, want := range map[a64.Op]jit.Made{
		a64.OpAddImm: jit.MadeNative, a64.OpHvc: jit.MadeUndefined, a64.OpSve: jit.MadeUnsupported, a64.OpMrs: jit.MadeMixed,
	} {
		if made[op] != want {
			t.Errorf("%s: %d, want %d", op.Info().Name, made[op], want)
		}
	}
	var b bytes.Buffer
	printCoverage(&b, rows)
	if !strings.Contains(b.String(), "\n| MTE | 15 |  |  |  |  | 15 | - |\n") {
		t.Errorf("table:\n%s", &b)
	}
}
