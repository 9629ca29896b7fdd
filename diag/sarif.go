package diag

import (
	"io"
	"net/url"
)

// The part of SARIF 2.1.0 that code scanning reads.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		ID       *int          `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
		ByteOffset  int `json:"byteOffset"`
		ByteLength  int `json:"byteLength"`
	}
)

var sarifLevels = [...]string{Error: "error", Warning: "warning", Info: "note"}

func writeSARIF(w io.Writer, ds []Diagnostic, texts Texts, version string) error {
	x := newIndex(texts)
	driver := sarifDriver{Name: "electric", Version: version, URI: "https://github.com/electric-cli/electric", Rules: []sarifRule{}}
	ruleIndex, results := map[string]int{}, []sarifResult{}
	for _, d := range ds {
		code := d.Code
		if code == "" {
			code = "electric"
		}
		if _, ok := ruleIndex[code]; !ok {
			ruleIndex[code] = len(driver.Rules)
			driver.Rules = append(driver.Rules, sarifRule{code})
		}
		results = append(results, x.sarifResult(d, code, ruleIndex[code]))
	}
	return encode(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{{sarifTool{driver}, "unicodeCodePoints", results}},
	})
}

func (x *index) sarifResult(d Diagnostic, code string, rule int) sarifResult {
	r := sarifResult{RuleID: code, RuleIndex: rule, Level: sarifLevels[d.Severity], Message: sarifMessage{plainMessage(d)}}
	if d.Span.File != "" {
		r.Locations = []sarifLocation{{Physical: x.sarifPhysical(d.Span)}}
	}
	for i, n := range d.Related {
		r.Related = append(r.Related, sarifLocation{ID: &i, Physical: x.sarifPhysical(n.Span), Message: &sarifMessage{n.Message}})
	}
	return r
}

func (x *index) sarifPhysical(s Span) sarifPhysical {
	place := x.placeOf(s)
	p := sarifPhysical{Artifact: sarifArtifact{(&url.URL{Path: s.File}).String()}}
	if place.Start != nil {
		p.Region = &sarifRegion{
			place.Start.Line, place.Start.Column, place.End.Line, place.End.Column,
			place.Start.Offset, place.End.Offset - place.Start.Offset,
		}
	}
	return p
}
