package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sirupsen/logrus"
	"go.yaml.in/yaml/v2"
)

const defaultConfigFile = "/etc/rancher/k3s/config.yaml"

// configFileOf finds the file the way K3s does: the variable beats the flag.
func configFileOf(args []string) string {
	if path := os.Getenv("K3S_CONFIG_FILE"); path != "" {
		return path
	}
	for i, arg := range args {
		for _, name := range []string{"--config", "-c"} {
			if arg == name && i+1 < len(args) {
				return args[i+1]
			}
			if value, ok := strings.CutPrefix(arg, name+"="); ok {
				return value
			}
		}
	}
	return defaultConfigFile
}

func dropInsOf(base string) ([]string, error) {
	entries, err := os.ReadDir(base + ".d")
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		name := strings.ToLower(entry.Name())
		if !entry.IsDir() && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")) {
			files = append(files, filepath.Join(base+".d", entry.Name()))
		}
	}
	return files, nil
}

// withConfigFile puts what the file and its drop-ins say before the arguments. `known` holds the option names of roles whose unknown
// keys are skipped with a warning; nil leaves every key in, for the parser to refuse.
func withConfigFile(args []string, known map[string]bool) ([]string, error) {
	fromFile, err := readConfig(configFileOf(args))
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, arg := range fromFile {
		name := strings.TrimLeft(strings.SplitN(arg, "=", 2)[0], "-")
		if known != nil && !known[name] {
			logrus.Warnf("Unknown flag %s found in config.yaml, skipping\n", strings.SplitN(arg, "=", 2)[0])
			continue
		}
		kept = append(kept, arg)
	}
	return append(kept, args...), nil
}

func knownNames(specs []optionSpec) map[string]bool {
	names := map[string]bool{}
	for _, spec := range specs {
		names[spec.Name] = true
		for _, alias := range spec.Aliases {
			names[alias] = true
		}
	}
	return names
}

// mergedConfig keeps the order in which keys first appear, which is the order K3s passes them in.
type mergedConfig struct {
	order  []string
	values map[string]any
}

func readConfig(base string) ([]string, error) {
	files, err := dropInsOf(base)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(base); err == nil {
		files = append([]string{base}, files...)
	} else if !os.IsNotExist(err) {
		return nil, err
	}
	merged := mergedConfig{values: map[string]any{}}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := merged.add(data); err != nil {
			return nil, err
		}
	}
	return merged.args(), nil
}

func (m *mergedConfig) add(data []byte) error {
	var content yaml.MapSlice
	if err := yaml.Unmarshal(data, &content); err != nil {
		return err
	}
	for _, item := range content {
		key, appends := strings.CutSuffix(yamlText(item.Key), "+")
		old, seen := m.values[key]
		if !seen {
			m.order = append(m.order, key)
		}
		if seen && appends {
			m.values[key] = append(yamlList(old), yamlList(item.Value)...)
		} else {
			m.values[key] = item.Value
		}
	}
	return nil
}

func (m *mergedConfig) args() []string {
	var args []string
	for _, key := range m.order {
		prefix := "--"
		if len(key) == 1 {
			prefix = "-"
		}
		items, isList := m.values[key].([]any)
		if !isList {
			items = []any{m.values[key]}
		}
		for _, item := range items {
			args = append(args, prefix+key+"="+yamlText(item))
		}
	}
	return args
}

func yamlText(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func yamlList(value any) []any {
	if items, ok := value.([]any); ok {
		return items
	}
	if text := strings.TrimSpace(yamlText(value)); text != "" {
		return []any{text}
	}
	return nil
}

var equalsArg = regexp.MustCompile(`^-.*=`)

// splitArgs separates names from values, as K3s does for the annotation k3s.io/node-args.
func splitArgs(args []string) []string {
	var parts []string
	for _, arg := range args {
		if equalsArg.MatchString(arg) {
			parts = append(parts, strings.SplitN(arg, "=", 2)...)
		} else {
			parts = append(parts, arg)
		}
	}
	return parts
}
