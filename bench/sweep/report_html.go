package sweep

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"strings"
)

// The page has all it shows in itself, and asks no server for anything.
//
//go:embed report.html
var page []byte

// pageMark is where the data goes in the page.
var pageMark = []byte("/*DATA*/")

// pageData is what the page is drawn from. Long lists are packed by gzip, which browsers can unpack; JSON makes
// base64 of them.
type pageData struct {
	Head     headRecord         `json:"head"`
	Summary  *Summary           `json:"summary"`
	Verdicts []pageVerdict      `json:"verdicts"` // by code
	Groups   []string           `json:"groups"`
	Texts    []pageText         `json:"texts"`
	Sections []pageSection      `json:"sections"`
	Unequal  []inequalityRecord `json:"unequal"`
	Phrases  []Phrase           `json:"phrases"`

	Codes     []byte `json:"codes"`     // a byte for each word
	Outcomes  []byte `json:"outcomes"`  // the same, or null
	Functions []byte `json:"functions"` // a line for each: words, a space, and the name
}

type pageVerdict struct {
	Class   string `json:"class"`
	Handler string `json:"handler"`
	Why     string `json:"why"`
	Place   bool   `json:"place"` // the place is refused, not the instruction
}

type pageText struct {
	Address string `json:"address"`
	Words   int    `json:"words"`
}

type pageSection struct {
	Name  string `json:"name"`
	Words int    `json:"words"`
}

func (r *Report) writeHTML(w *bufio.Writer) error {
	data := pageData{Head: r.head(), Summary: r.Summary, Groups: Groups, Unequal: r.differences(), Phrases: []Phrase{}}
	for _, v := range Verdicts {
		data.Verdicts = append(data.Verdicts, pageVerdict{v.Class.String(), v.Handler.String(), v.Why(), v.Place != NotRefused})
	}
	var codes, outcomes []byte
	for i, t := range r.Image.Texts {
		data.Texts = append(data.Texts, pageText{address(t.Addr), len(t.Words)})
		for _, c := range r.Codes[i] {
			codes = append(codes, byte(c))
		}
	}
	for _, s := range r.Image.Sections {
		data.Sections = append(data.Sections, pageSection{s.Name, int((s.End - s.Start) / 4)})
	}
	if d := r.Dynamic; d != nil {
		data.Phrases = append(data.Phrases, d.Phrases...)
		for _, list := range d.Outcomes {
			for _, o := range list {
				outcomes = append(outcomes, byte(o))
			}
		}
	}
	var functions strings.Builder
	for i := range r.Functions {
		f := &r.Functions[i]
		functions.WriteString(address((f.End - f.Start) / 4)[2:])
		functions.WriteString(" " + f.Name + "\n")
	}
	data.Codes, data.Functions = packed(codes), packed([]byte(functions.String()))
	if outcomes != nil {
		data.Outcomes = packed(outcomes)
	}
	text, err := json.Marshal(data) // which escapes <, > and &
	if err != nil {
		return err
	}
	before, after, _ := bytes.Cut(page, pageMark)
	w.Write(before)
	w.Write(text)
	_, err = w.Write(after)
	return err
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one
	z.Write(b)                                              // into memory
	z.Close()
	return out.Bytes()
}
