package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"axol/bench"
	"axol/jit/a64"
	"axol/probes"
)

type classifyCmd struct {
	Rules  string   `predictor:"rules" default:"linux-5.10" placeholder:"SET" help:"Kernel whose rules decide (${default}): linux-4.8 to linux-7.2, debian-6.1, debian-6.12."`
	Format string   `enum:"table,csv,json" default:"table" help:"table for people, csv with the columns word,verdict,handler,reason, or json, an object a line (${default})."`
	What   []string `arg:"" name:"word|file" help:"Instruction words, 1 to 8 hexadecimal digits; or an arm64 ELF file or kernel Image: every word of its executable sections; or '-': words from standard input, one a line."`
}

func (*classifyCmd) Help() string {
	return `The verdict is rejected (a probe cannot be registered), stepped (a copy is executed out of line) or simulated
(by the kernel's handler of that name). The reason says why an instruction is rejected, or what goes wrong with one
that is stepped. In a file, what stands in front of an instruction counts too: a probe inside an exclusive sequence is rejected.
In json an object has word, verdict, handler, reason, and address if the word is from a file.

Examples:
  axol classify d503201f d4000001
  axol classify --rules linux-4.8 --format csv ./busybox
  echo d65f03c0 | axol classify --format json -`
}

func (c *classifyCmd) Run() error {
	rules, err := probes.Lookup(c.Rules)
	if err != nil {
		return fmt.Errorf("--rules %s: %w", c.Rules, err)
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	print, header := verdictFormat(c.Format)
	out.WriteString(header)
	emit := func(addr uint64, placed bool, word uint32, v probes.Verdict) error {
		print(out, addr, placed, word, v)
		return nil
	}
	if err = c.each(rules, emit); err != nil {
		out.Flush()
		return err
	}
	return out.Flush()
}

// emitFunc takes a verdict. placed says that the word has an address.
type emitFunc func(addr uint64, placed bool, word uint32, v probes.Verdict) error

// each emits every word that the command line names.
func (c *classifyCmd) each(rules *probes.Rules, emit emitFunc) error {
	var words []uint32
	for _, w := range c.What {
		if word, err := parseWord(w); err == nil {
			words = append(words, word)
			continue
		}
		switch {
		case len(c.What) > 1:
			return fmt.Errorf("%q is not an instruction word, 1 to 8 hexadecimal digits, and a file stands alone", w)
		case w == "-":
			return classifyLines(os.Stdin, rules, emit)
		}
		return bench.ClassifyFile(w, rules, func(addr uint64, word uint32, v probes.Verdict) error {
			return emit(addr, true, word, v)
		})
	}
	for _, w := range words {
		if err := emit(0, false, w, probes.Classify(rules, w)); err != nil {
			return err
		}
	}
	return nil
}

func classifyLines(r io.Reader, rules *probes.Rules, emit emitFunc) error {
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		word, err := parseWord(strings.TrimSpace(sc.Text()))
		if err != nil {
			return fmt.Errorf("standard input:%d: %q is not an instruction word, 1 to 8 hexadecimal digits", n, sc.Text())
		}
		if err := emit(0, false, word, probes.Classify(rules, word)); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

func parseWord(s string) (uint32, error) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	if len(s) > 8 || strings.HasPrefix(s, "+") {
		return 0, strconv.ErrSyntax
	}
	v, err := strconv.ParseUint(s, 16, 32)
	return uint32(v), err
}

// verdictFormat is how to print verdicts, and what to print in front of them.
func verdictFormat(name string) (print func(w *bufio.Writer, addr uint64, placed bool, word uint32, v probes.Verdict), header string) {
	switch name {
	case "csv":
		return func(w *bufio.Writer, _ uint64, _ bool, word uint32, v probes.Verdict) {
			fmt.Fprintf(w, "%08x,%s,%s,%s\n", word, v.Class, v.Handler, v.Reason)
		}, "word,verdict,handler,reason\n"
	case "json":
		return func(w *bufio.Writer, addr uint64, placed bool, word uint32, v probes.Verdict) {
			if placed {
				fmt.Fprintf(w, `{"address":"%#x",`, addr)
			} else {
				w.WriteByte('{')
			}
			fmt.Fprintf(w, `"word":"%08x","verdict":%q,"handler":%q,"reason":%q}`+"\n", word, v.Class, v.Handler, v.Reason)
		}, ""
	}
	return func(w *bufio.Writer, addr uint64, placed bool, word uint32, v probes.Verdict) {
		if placed {
			fmt.Fprintf(w, "%16x  ", addr)
		}
		why := v.Handler.String()
		if r := v.Reason.String(); r != "" {
			why = strings.TrimSpace(why + " " + r)
		}
		fmt.Fprintf(w, "%08x  %-9s  %-40s %s\n", word, v.Class, a64.Listing(word, addr), why)
	}, ""
}
