// Reads YAML as Kubernetes' own clients do: a JSON list of texts on standard input gives a JSON list of what sigs.k8s.io/yaml makes of each, with numbers
// as they were written, or of why it makes nothing.
package main

import (
	"encoding/json"
	"os"

	"sigs.k8s.io/yaml"
)

type result struct {
	JSON  string `json:"json,omitempty"`
	Error string `json:"error,omitempty"`
}

func read(text string) (r result) {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{JSON: string(data)}
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	results := make([]result, len(texts))
	for i, text := range texts {
		results[i] = read(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}
