package sweep

import (
	"bufio"
	"encoding/json"
	"fmt"

	"axol/runtime/image"
)

// A JSON report is lines of one object each, told apart by their type:
//
//	sweep        the first line: the image, the rules and what the image told
//	function     or
//	instruction  one for each, by address
//	inequality   one for each difference between executions with and without a probe
//	summary      the last line: a report without it is not whole
const reportSchema = "axol-sweep/1"

// headRecord is the first line.
type headRecord struct {
	Type   string       `json:"type"`
	Schema string       `json:"schema"`
	Per    Per          `json:"per"`
	Path   string       `json:"path"`
	Format string       `json:"format"`
	SHA256 string       `json:"sha256"`
	Kernel string       `json:"kernel,omitempty"`
	Rules  string       `json:"rules"`
	Kind   string       `json:"kind"`
	VHE    bool         `json:"vhe"`
	Facts  []image.Fact `json:"facts"`
}

// functionRecord is a line of type function: a function's part in one section, or instructions between functions.
type functionRecord struct {
	Type        string `json:"type"`
	Function    string `json:"function"`
	Address     string `json:"address"`
	Section     string `json:"section"`
	Tally              // words, stepped, simulated, rejected
	Entry       string `json:"entry"` // verdict of the first instruction
	EntryReason string `json:"entry_reason,omitempty"`
	// Reasons are why instructions are refused, or go wrong in their slot.
	Reasons map[string]int `json:"reasons,omitempty"`
	Dynamic *dynamicOf     `json:"dynamic,omitempty"`
}

// instructionRecord is a line of type instruction.
type instructionRecord struct {
	Type         string `json:"type"`
	Address      string `json:"address"`
	Word         string `json:"word"`
	Section      string `json:"section"`
	Function     string `json:"function"`
	Offset       uint64 `json:"offset"`
	Verdict      string `json:"verdict"`
	Handler      string `json:"handler,omitempty"`
	Reason       string `json:"reason,omitempty"`
	Executions   int    `json:"executions,omitempty"`
	Result       string `json:"result,omitempty"` // equal, unequal, confirmed, unconfirmed, unmeasured
	ResultReason string `json:"result_reason,omitempty"`
}

// inequalityRecord is a line of type inequality.
type inequalityRecord struct {
	Type     string `json:"type"`
	Address  string `json:"address"`
	Word     string `json:"word"`
	Place    string `json:"place"`
	Verdict  string `json:"verdict"`
	Fidelity string `json:"fidelity"`
	Sample   uint64 `json:"sample"`
	Detail   string `json:"detail"`
}

// summaryRecord is the last line.
type summaryRecord struct {
	Type string `json:"type"`
	*Summary
}

func (r *Report) head() headRecord {
	im := r.Image
	return headRecord{"sweep", reportSchema, r.Per, im.Path, im.Format, fmt.Sprintf("%x", im.Digest), im.Version, r.Rules.Name,
		r.Rules.Kind.String(), r.HYP, append([]image.Fact{}, im.Facts...)}
}

func (r *Report) writeJSON(w *bufio.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	if err := out.Encode(r.head()); err != nil {
		return err
	}
	if err := r.jsonRecords(out); err != nil {
		return err
	}
	for _, x := range r.differences() {
		if err := out.Encode(x); err != nil {
			return err
		}
	}
	return out.Encode(summaryRecord{"summary", r.Summary})
}

func (r *Report) differences() []inequalityRecord {
	list := []inequalityRecord{}
	if r.Dynamic == nil {
		return list
	}
	for _, x := range r.Dynamic.Unequal {
		list = append(list, inequalityRecord{"inequality", address(x.Site.Addr), fmt.Sprintf("%08x", x.Site.Word), x.Site.place(),
			x.Site.Verdict.Class.String(), x.Fidelity, x.Sample, x.Detail})
	}
	return list
}

func (r *Report) jsonRecords(out *json.Encoder) (err error) {
	if r.Per == PerInstruction {
		r.eachInstruction(func(s *Site, times int, result, why string) {
			if err == nil {
				err = out.Encode(instructionRecord{"instruction", address(s.Addr), fmt.Sprintf("%08x", s.Word), s.Section, s.Function, s.Offset,
					s.Verdict.Class.String(), s.Verdict.Handler.String(), s.Verdict.Why(), times, result, why})
			}
		})
		return err
	}
	for i := range r.Functions {
		record := r.functionRecord(&r.Functions[i])
		record.Dynamic = r.dynamicOf(&r.Functions[i])
		if err := out.Encode(record); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sweep) functionRecord(f *Function) functionRecord {
	r := functionRecord{Type: "function", Function: f.Name, Address: address(f.Start), Section: s.Image.Sections[f.Section].Name,
		Reasons: map[string]int{}}
	r.Tally = s.Tally(f, func(_ uint32, code Code) {
		if why := Verdicts[code].Why(); why != "" {
			r.Reasons[why]++
		}
	})
	entry := s.entry(f)
	r.Entry, r.EntryReason = entry.Class.String(), entry.Why()
	return r
}
