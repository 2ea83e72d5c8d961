package main

import (
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// optionSpec is one row of options.json, which is made from lib/distributions/k3s/options (see README.md).
type optionSpec struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Role    string   `json:"role"`
	List    string   `json:"list,omitempty"`
	Default any      `json:"default,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Env     string   `json:"env,omitempty"`
	Since   []string `json:"since,omitempty"`
	Hidden  bool     `json:"hidden,omitempty"`
	Help    string   `json:"help"`
}

//go:embed options.json
var optionTable []byte

func loadOptionTable() []optionSpec {
	var table []optionSpec
	if err := json.Unmarshal(optionTable, &table); err != nil {
		panic(err)
	}
	return table
}

// optionsFor lists what `k3s ROLE` of this version knows.
func optionsFor(role string) []optionSpec {
	var known []optionSpec
	for _, spec := range loadOptionTable() {
		if (spec.Role == "both" || spec.Role == role) && availableIn(spec, version()) {
			known = append(known, spec)
		}
	}
	return known
}

type parsedOptions struct {
	flags  *flag.FlagSet
	values map[string]*optionValue
}

// optionValue is a flag.Value, so that the messages about wrong values are those of Go's flag package, as in K3s.
type optionValue struct {
	spec  optionSpec
	items []string
	isSet bool
	// fromEnv marks values that the first value of the command line replaces.
	fromEnv bool
}

func (v *optionValue) String() string {
	if v == nil {
		return ""
	}
	return strings.Join(v.items, ",")
}

func (v *optionValue) IsBoolFlag() bool { return v.spec.Type == "boolean" }

func (v *optionValue) Set(text string) error {
	switch v.spec.Type {
	case "boolean":
		if _, err := strconv.ParseBool(text); err != nil {
			return fmt.Errorf("parse error")
		}
	case "integer":
		if _, err := strconv.ParseInt(text, 0, 64); err != nil {
			return fmt.Errorf("parse error")
		}
	case "duration":
		if _, err := time.ParseDuration(text); err != nil {
			return fmt.Errorf("parse error")
		}
	}
	if v.isList() && v.isSet && !v.fromEnv {
		v.items = append(v.items, text)
	} else {
		v.items = []string{text}
	}
	v.isSet, v.fromEnv = true, false
	return nil
}

func (v *optionValue) isList() bool { return v.spec.List != "" || v.spec.Type == "args" }

func parseOptions(role string, args []string) (*parsedOptions, error) {
	return parseSpecs(role, optionsFor(role), args)
}

func parseSpecs(name string, specs []optionSpec, args []string) (*parsedOptions, error) {
	parsed := &parsedOptions{flags: flag.NewFlagSet(name, flag.ContinueOnError), values: map[string]*optionValue{}}
	parsed.flags.SetOutput(discard{})
	for _, spec := range specs {
		value := &optionValue{spec: spec}
		if err := value.setFromEnv(); err != nil {
			return nil, err
		}
		parsed.values[spec.Name] = value
		for _, name := range append([]string{spec.Name}, spec.Aliases...) {
			parsed.flags.Var(value, name, spec.Help)
		}
	}
	return parsed, parsed.flags.Parse(args)
}

func (v *optionValue) setFromEnv() error {
	text := os.Getenv(v.spec.Env)
	if v.spec.Env == "" || text == "" {
		return nil
	}
	if v.isList() {
		v.items, v.isSet, v.fromEnv = strings.Split(text, ","), true, true
		return nil
	}
	if err := v.Set(text); err != nil {
		return fmt.Errorf("could not parse %q as %s value from environment variable %q for flag %s: %w", text, v.spec.Type, v.spec.Env, v.spec.Name, err)
	}
	v.fromEnv = true
	return nil
}

func (o *parsedOptions) isSet(name string) bool {
	v := o.values[name]
	return v != nil && v.isSet
}

func (o *parsedOptions) text(name string) string {
	v := o.values[name]
	if v == nil {
		return ""
	}
	if v.isSet {
		return v.items[len(v.items)-1]
	}
	if text, ok := v.spec.Default.(string); ok && !strings.HasPrefix(text, "- ") {
		return text
	}
	if v.spec.Default != nil && v.spec.Type != "string" {
		if _, described := v.spec.Default.(string); !described {
			return fmt.Sprint(v.spec.Default)
		}
	}
	return ""
}

func (o *parsedOptions) flag(name string) bool {
	on, _ := strconv.ParseBool(o.text(name))
	return on
}

func (o *parsedOptions) number(name string) int {
	n, _ := strconv.ParseInt(o.text(name), 0, 64)
	return int(n)
}

func (o *parsedOptions) duration(name string) time.Duration {
	d, _ := time.ParseDuration(o.text(name))
	return d
}

// list returns the values as given, which K3s does not split at commas for every option.
func (o *parsedOptions) list(name string) []string {
	if v := o.values[name]; v != nil {
		return v.items
	}
	return nil
}

// split returns the values of an option whose values K3s also splits at commas.
func (o *parsedOptions) split(name string) []string {
	var parts []string
	for _, item := range o.list(name) {
		for part := range strings.SplitSeq(item, ",") {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// printHelp is what K3s prints before it refuses an option.
func printHelp(role string, problem error) {
	fmt.Printf("Incorrect Usage: %v\n\nNAME:\n   k3s %s\n\nUSAGE:\n   k3s %s [OPTIONS]\n\nOPTIONS:\n", problem, role, role)
	for _, spec := range optionsFor(role) {
		if !spec.Hidden {
			fmt.Printf("   --%s value\t%s\n", spec.Name, spec.Help)
		}
	}
	fmt.Println()
}
