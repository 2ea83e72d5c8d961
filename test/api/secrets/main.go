// Opens a SealedSecret with the code of its controller, and executes templates of an ExternalSecret. Reads a request as JSON, writes values as JSON.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/bitnami/sealed-secrets/pkg/crypto"
)

type request struct {
	PrivateKey    string            `json:"privateKey"`
	Label         string            `json:"label"`
	EncryptedData map[string]string `json:"encryptedData"`
	Templates     map[string]string `json:"templates"`
	Values        map[string]string `json:"values"`
}

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	values := map[string]string{}
	for key, text := range asked.EncryptedData {
		values[key] = unseal(asked, text)
	}
	for key, text := range asked.Templates {
		values[key] = execute(key, text, asked.Values)
	}
	if err := json.NewEncoder(os.Stdout).Encode(values); err != nil {
		fail(err)
	}
}

func unseal(asked request, text string) string {
	block, _ := pem.Decode([]byte(asked.PrivateKey))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		fail(err)
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		fail(err)
	}
	keys := map[string]*rsa.PrivateKey{"only": key.(*rsa.PrivateKey)}
	value, err := crypto.HybridDecrypt(rand.Reader, keys, sealed, []byte(asked.Label))
	if err != nil {
		fail(err)
	}
	return string(value)
}

// execute does what docs/guides/templating.md of external-secrets/external-secrets v1.3.2 says: Go templates with the functions of sprig, a missing key
// is an error. (The package itself is a module that the registry does not have.) Values are text there, as engine v2 hands them over.
func execute(name, text string, values map[string]string) string {
	parsed, err := template.New(name).Option("missingkey=error").Funcs(sprig.TxtFuncMap()).Parse(text)
	if err != nil {
		fail(err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, values); err != nil {
		fail(err)
	}
	return out.String()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
