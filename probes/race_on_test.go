//go:build race

package probes

const raceEnabled = true
