package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func runTokenCommand(args []string) error {
	hideArguments(3)
	if len(args) == 0 {
		return errors.New("usage: k3s token create|delete|generate|list|rotate [OPTIONS]")
	}
	switch args[0] {
	case "generate":
		fmt.Println(randomText(6) + "." + randomText(16))
		return nil
	case "create":
		return createToken(args[1:])
	case "delete":
		return deleteTokens(args[1:])
	case "list":
		return listTokens(args[1:])
	case "rotate":
		return rotateToken(args[1:])
	}
	return fmt.Errorf("No help topic for '%s'", args[0])
}

func randomText(length int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	text := make([]byte, length)
	for i := range text {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err)
		}
		text[i] = letters[n.Int64()]
	}
	return string(text)
}

func adminClient(kubeconfig string) (*kubernetes.Clientset, []byte, error) {
	if kubeconfig == "" {
		kubeconfig = globalKubeconfig
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	return client, config.CAData, err
}

func tokenFlags(name string) (*flag.FlagSet, *string) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(discard{})
	flags.String("data-dir", "", "")
	return flags, flags.String("kubeconfig", os.Getenv("KUBECONFIG"), "")
}

type listFlag []string

func (l *listFlag) String() string         { return strings.Join(*l, ",") }
func (l *listFlag) Set(value string) error { *l = append(*l, strings.Split(value, ",")...); return nil }

func createToken(args []string) error {
	flags, kubeconfig := tokenFlags("create")
	description := flags.String("description", "", "")
	ttl := flags.Duration("ttl", 24*time.Hour, "")
	var groups, usages listFlag
	flags.Var(&groups, "groups", "")
	flags.Var(&usages, "usages", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	token := flags.Arg(0)
	if token == "" {
		token = randomText(6) + "." + randomText(16)
	}
	if !bootstrapToken.MatchString(token) {
		return fmt.Errorf("the bootstrap token %q was not of the form %q", token, `\A([a-z0-9]{6})\.([a-z0-9]{16})\z`)
	}
	if len(groups) == 0 {
		groups = listFlag{bootstrapGroup}
	}
	id, secret, _ := strings.Cut(token, ".")
	data := map[string]string{"token-id": id, "token-secret": secret, "auth-extra-groups": groups.String(), "usage-bootstrap-authentication": "true", "usage-bootstrap-signing": "true"}
	if *description != "" {
		data["description"] = *description
	}
	if *ttl > 0 {
		data["expiration"] = time.Now().UTC().Add(*ttl).Format(time.RFC3339)
	}
	client, ca, err := adminClient(*kubeconfig)
	if err != nil {
		return err
	}
	object := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "bootstrap-token-" + id, Namespace: "kube-system"}, Type: corev1.SecretTypeBootstrapToken, StringData: data}
	if _, err := client.CoreV1().Secrets("kube-system").Create(context.Background(), object, metav1.CreateOptions{}); err != nil {
		return err
	}
	hash, err := caHash(ca)
	if err != nil {
		return err
	}
	fmt.Println("K10" + hash + "::" + token)
	return nil
}

func deleteTokens(args []string) error {
	flags, kubeconfig := tokenFlags("delete")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("missing argument; 'token delete' is missing token")
	}
	client, _, err := adminClient(*kubeconfig)
	if err != nil {
		return err
	}
	for _, token := range flags.Args() {
		id, _, _ := strings.Cut(token, ".")
		if len(id) != 6 {
			return fmt.Errorf("given token didn't match pattern %q or %q", `\A([a-z0-9]{6})\z`, `\A([a-z0-9]{6})\.([a-z0-9]{16})\z`)
		}
		if err := client.CoreV1().Secrets("kube-system").Delete(context.Background(), "bootstrap-token-"+id, metav1.DeleteOptions{}); err != nil {
			return fmt.Errorf("failed to delete bootstrap token %q: %w", id, err)
		}
		fmt.Printf("bootstrap token %q deleted\n", id)
	}
	return nil
}

func listTokens(args []string) error {
	flags, kubeconfig := tokenFlags("list")
	output := flags.String("output", "text", "")
	flags.StringVar(output, "o", "text", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, _, err := adminClient(*kubeconfig)
	if err != nil {
		return err
	}
	found, err := client.CoreV1().Secrets("kube-system").List(context.Background(), metav1.ListOptions{FieldSelector: "type=" + string(corev1.SecretTypeBootstrapToken)})
	if err != nil {
		return fmt.Errorf("failed to list bootstrap tokens: %w", err)
	}
	if *output == "json" {
		var tokens []map[string]any
		for _, secret := range found.Items {
			tokens = append(tokens, map[string]any{"token": string(secret.Data["token-id"]) + "." + string(secret.Data["token-secret"]),
				"description": string(secret.Data["description"]), "expires": string(secret.Data["expiration"]), "groups": strings.Split(string(secret.Data["auth-extra-groups"]), ",")})
		}
		return json.NewEncoder(os.Stdout).Encode(tokens)
	}
	w := tabwriter.NewWriter(os.Stdout, 10, 4, 3, ' ', 0)
	defer w.Flush()
	fmt.Fprintln(w, "TOKEN\tTTL\tEXPIRES\tUSAGES\tDESCRIPTION\tEXTRA GROUPS")
	for _, secret := range found.Items {
		ttl, expires := "<forever>", "<never>"
		if end, err := time.Parse(time.RFC3339, string(secret.Data["expiration"])); err == nil {
			ttl, expires = duration.ShortHumanDuration(time.Until(end)), end.Format(time.RFC3339)
		}
		description := string(secret.Data["description"])
		if description == "" {
			description = "<none>"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", secret.Data["token-id"], ttl, expires, "authentication,signing", description, secret.Data["auth-extra-groups"])
	}
	return nil
}

type tokenRotation struct {
	NewToken string `json:"newToken"`
}

func rotateToken(args []string) error {
	flags := flag.NewFlagSet("rotate", flag.ContinueOnError)
	flags.SetOutput(discard{})
	old, fresh := flags.String("token", os.Getenv("K3S_TOKEN"), ""), flags.String("new-token", "", "")
	flags.StringVar(old, "t", os.Getenv("K3S_TOKEN"), "")
	root := flags.String("data-dir", os.Getenv("K3S_DATA_DIR"), "")
	address := flags.String("server", "https://127.0.0.1:6443", "")
	flags.StringVar(address, "s", "https://127.0.0.1:6443", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Println("\033[33mWARNING\033[0m: Recommended to keep a record of the old token. If restoring from a snapshot, you must use the token associated with that snapshot.")
	server, err := serverAccess(*address, *root, *old)
	if err != nil {
		return err
	}
	body, err := json.Marshal(tokenRotation{*fresh})
	if err != nil {
		return err
	}
	if _, err := server.send(http.MethodPut, "/v1-k3s/token", body, requestTimeout); err != nil {
		return err
	}
	time.Sleep(time.Second)
	fmt.Println("Token rotated, restart k3s nodes with new token")
	return nil
}

func (v *supervisor) serveTokenRotation(w http.ResponseWriter, req *http.Request, _ *identity) {
	var asked tokenRotation
	if req.Method != http.MethodPut || json.NewDecoder(req.Body).Decode(&asked) != nil {
		sendError(w, http.StatusBadRequest, "bad token request")
		return
	}
	if err := v.server.rotateToken(req.Context(), asked.NewToken); err != nil {
		logrus.Errorf("token error: %v", err)
		sendError(w, http.StatusInternalServerError, "token error: "+err.Error())
	}
}

// rotateToken changes the password of servers, and of agents that had the same, and encrypts the bootstrap data anew.
func (s *server) rotateToken(ctx context.Context, wanted string) error {
	file, err := readPasswd(s.paths.cred("passwd"))
	if err != nil {
		return err
	}
	old := file["server"].password
	if wanted == "" {
		wanted = randomHex(16)
	}
	fresh, err := normalizedToken(wanted)
	if err != nil {
		return err
	}
	file.set("server", serverGroup, fresh)
	if file["node"].password == old && s.agentToken == "" {
		file.set("node", agentGroup, fresh)
		s.agentPassword = fresh
	}
	if err := file.write(s.paths.cred("passwd")); err != nil {
		return err
	}
	if err := s.writeToken("token", "server:"+fresh); err != nil {
		return err
	}
	client, err := s.store.client(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	data, err := readBootstrapFiles(s.paths)
	if err != nil {
		return err
	}
	value, err := data.encrypt(fresh)
	if err != nil {
		return err
	}
	if _, err := client.Put(ctx, bootstrapKey(fresh), string(value)); err != nil {
		return err
	}
	if fresh != old {
		if _, err := client.Delete(ctx, bootstrapKey(old)); err != nil {
			return err
		}
	}
	s.token = fresh
	return nil
}
