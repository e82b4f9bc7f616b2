package bench

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"axol/probes"
)

// drawn is a report with made-up figures of all that is drawn.
func drawn() *Report {
	rep := &Report{Rounds: 1, Host: Host{CPU: "a processor", CPUs: 2}}
	for _, f := range []probes.Fidelity{probes.Inline, probes.Trap} {
		axes := Setting{Fidelity: f, Rules: "linux-4.8"}.axes()
		for _, name := range []string{"kprobe", "record"} {
			r := &Result{Group: groupHit, Name: name, Axes: axes}
			r.add(unitTime, 31e-9)
			r.add(unitMoreCycles, 77.25)
			r.exact(unitHits, 1)
			rep.Results = append(rep.Results, r)
		}
		for _, n := range []string{"1000", "1000000"} {
			r := &Result{Group: groupArmed, Name: n, Axes: axes}
			r.add(unitArm, 2e-6)
			r.add(unitBytes, 272)
			r.add(unitRatio, 1.5)
			r.add(unitSlowdown, 0.25)
			rep.Results = append(rep.Results, r)
		}
	}
	return rep
}

// A drawing is well-formed, and has all names and a circle for each point.
func TestSVG(t *testing.T) {
	var out bytes.Buffer
	if err := drawn().writeSVG(&out); err != nil {
		t.Fatal(err)
	}
	texts, marks := svgParts(t, out.Bytes())
	for _, want := range []string{"kprobe", "record", "inline", "trap", "Memory", "bound 300", "1 M", "Code that is not probed"} {
		if !strings.Contains(texts, want+"\n") {
			t.Errorf("%q is not in %q", want, texts)
		}
	}
	if points := 4 + 4*4; marks < points {
		t.Errorf("%d marks for %d points", marks, points)
	}
	if err := (&Report{}).writeSVG(&out); !errors.Is(err, errNothingToDraw) {
		t.Error(err)
	}
}

// svgParts is the texts of a drawing, a line each, and how many filled paths it has.
func svgParts(t *testing.T, svg []byte) (texts string, paths int) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for inText := false; ; {
		tok, err := d.Token()
		if err == io.EOF {
			return texts, paths
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			inText = tok.Name.Local == "text"
			if tok.Name.Local == "path" {
				paths++
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(tok)); inText && s != "" {
				texts += s + "\n"
			}
		}
	}
}

// A page has the drawing, the tables and the bounds, and asks nothing of other machines.
func TestHTML(t *testing.T) {
	var out bytes.Buffer
	rep := drawn()
	rep.note("a <note>")
	if err := rep.writeHTML(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "77.25", "not met", `class="good">met`, "inline fidelity, shadow placement, rules of linux-4.8", "a &lt;note&gt;", "272.0"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"<?xml", "src=", "@import", "ZgotmplZ"} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}
