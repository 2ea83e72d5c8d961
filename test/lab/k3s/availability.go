package main

import (
	"regexp"
	"strconv"
)

var versionParts = regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)(?:-rc\d+)?\+k3s(\d+)$`)

type release [4]int

func parseRelease(text string) (release, bool) {
	found := versionParts.FindStringSubmatch(text)
	if found == nil {
		return release{}, false
	}
	var r release
	for i := range r {
		r[i], _ = strconv.Atoi(found[i+1])
	}
	return r, true
}

func (r release) compare(other release) int {
	for i := range r {
		if r[i] != other[i] {
			return r[i] - other[i]
		}
	}
	return 0
}

// availableIn follows `since` of the option table: the gate of the same minor decides; without one, only minors above all gates have it.
func availableIn(spec optionSpec, text string) bool {
	current, ok := parseRelease(text)
	if !ok {
		return true
	}
	above := true
	for _, gateText := range spec.Since {
		gate, _ := parseRelease(gateText)
		if gate[0] == current[0] && gate[1] == current[1] {
			return current.compare(gate) >= 0
		}
		above = above && current.compare(gate) > 0
	}
	return above
}
