package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const sourceTable = "../../../lib/distributions/k3s/options"

var (
	entryStart = regexp.MustCompile(`^  '?([a-z0-9-]+)'?: \{$`)
	fieldLine  = regexp.MustCompile(`^    ([a-zA-Z]+): (.*?),?$`)
	quoted     = regexp.MustCompile(`'([^']*)'`)
)

// TestOptionTable fails when options.json and the project's table differ; UPDATE=1 writes options.json anew.
func TestOptionTable(t *testing.T) {
	files, _ := filepath.Glob(sourceTable + "/*.ts")
	var table []optionSpec
	for _, file := range files {
		if base := filepath.Base(file); base == "removed.ts" || base == "option-spec.ts" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		table = append(table, readEntries(string(data))...)
	}
	slices.SortFunc(table, func(a, b optionSpec) int { return strings.Compare(a.Name, b.Name) })
	if len(table) < 100 {
		t.Fatalf("found only %d options in %s", len(table), sourceTable)
	}
	made, _ := json.MarshalIndent(table, "", "  ")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("options.json", append(made, '\n'), 0644); err != nil {
			t.Fatal(err)
		}
		return
	}
	// Formatters may lay out the file as they like.
	kept, _ := json.MarshalIndent(loadOptionTable(), "", "  ")
	if string(made) != string(kept) {
		t.Fatal("options.json is not what lib/distributions/k3s/options says; refresh it with UPDATE=1 go test -run TestOptionTable")
	}
}

func readEntries(source string) []optionSpec {
	var table []optionSpec
	for line := range strings.Lines(source) {
		line = strings.TrimRight(line, "\n")
		if found := entryStart.FindStringSubmatch(line); found != nil {
			table = append(table, optionSpec{Name: found[1]})
		} else if found := fieldLine.FindStringSubmatch(line); found != nil && len(table) > 0 {
			setField(&table[len(table)-1], found[1], found[2])
		}
	}
	return table
}

func setField(spec *optionSpec, name, source string) {
	text := strings.Trim(source, "'\"")
	switch name {
	case "help":
		spec.Help = strings.ReplaceAll(text, `\'`, "'")
	case "type":
		spec.Type = text
	case "role":
		spec.Role = text
	case "list":
		spec.List = text
	case "env":
		spec.Env = text
	case "hidden":
		spec.Hidden = true
	case "aliases":
		spec.Aliases = quotedItems(source)
	case "since":
		spec.Since = quotedItems(source)
	case "default":
		spec.Default = literal(source, text)
	}
}

func literal(source, text string) any {
	if n, err := strconv.Atoi(strings.ReplaceAll(source, "_", "")); err == nil {
		return n
	}
	if b, err := strconv.ParseBool(source); err == nil {
		return b
	}
	return text
}

func quotedItems(source string) []string {
	var items []string
	for _, found := range quoted.FindAllStringSubmatch(source, -1) {
		items = append(items, found[1])
	}
	return items
}
