package bench

import (
	"bytes"
	"errors"
	"html/template"
	"io"
)

// page is the report as one page that needs nothing else.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>axol bench</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; background: #f5f7fa; margin: 0 }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem }
section { background: #fff; border: 1px solid #e3e7eb; border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; overflow-x: auto }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.1rem; margin: 0 0 .25rem } p { margin: .25rem 0; color: #52606d }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; margin-top: .5rem }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #eef1f4 }
th:first-child, td:first-child { text-align: left } th { color: #52606d; font-weight: 600 }
tr:hover td { background: #f5f7fa } .bad { color: #ba2525; font-weight: 600 } .good { color: #1a7f4b }
svg { max-width: 100%; height: auto }
</style>
<main>
<h1>axol bench</h1>
<p>{{.Host.CPU}}, {{.Host.CPUs}} CPUs, {{.Host.OS}}/{{.Host.Arch}}, {{.Host.Go}}; medians of {{.Rounds}} rounds</p>
{{with .SVG}}<section>{{.}}</section>{{end}}
{{with .Bounds}}<section><h2>Bounds</h2><table><tr><th></th><th>at most</th><th>measured</th><th></th><th></th></tr>
{{range .}}<tr><td>{{.What}}</td><td>{{.Most}}</td><td>{{.Shown}}</td><td>{{.Unit}}</td><td>{{if .Met}}<span class="good">met</span>{{else}}<span class="bad">not met</span>{{end}}</td></tr>
{{end}}</table></section>{{end}}
{{range .Tables}}<section><h2>{{.Title}}</h2><p>{{.Setting}}</p><table><tr>{{range .Head}}<th>{{.}}</th>{{end}}</tr>
{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</table></section>{{end}}
<section>{{range .Notes}}<p>{{.}}</p>{{end}}</section>
</main>
</html>
`))

// Shown is the measured value for people.
func (b Bound) Shown() string { return digits(b.Measured) }

func (r *Report) writeHTML(w io.Writer) error {
	var svg bytes.Buffer
	if err := r.writeSVG(&svg); err != nil && !errors.Is(err, errNothingToDraw) {
		return err
	}
	drawing := svg.Bytes()
	if i := bytes.Index(drawing, []byte("<svg")); i >= 0 {
		drawing = drawing[i:] // an XML declaration has no place inside a page
	}
	var bounds []*Bound
	for _, b := range r.Bounds() {
		bounds = append(bounds, &b)
	}
	return page.Execute(w, struct {
		*Report
		SVG    template.HTML
		Bounds []*Bound
		Tables []shownTable
		Notes  []string
	}{r, template.HTML(drawing), bounds, r.tables(), r.allNotes()})
}
