package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	k3scrds "github.com/k3s-io/api/pkg/crds"
	helmcrds "github.com/k3s-io/helm-controller/pkg/crds"
	"github.com/sirupsen/logrus"
	extensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
)

// deployInterval: K3s looks every 15 seconds.
const deployInterval = 2 * time.Second

//go:embed manifests
var packaged embed.FS

var addonResource = schema.GroupVersionResource{Group: "k3s.cattle.io", Version: "v1", Resource: "addons"}

// deployer applies what lies in DATA/server/manifests. Deleting a file deletes nothing.
type deployer struct {
	server  *server
	dynamic dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
	seen    map[string]time.Time
}

func (s *server) deploy(ctx context.Context) {
	client, err := dynamic.NewForConfig(s.restConfig)
	if err != nil {
		logrus.Errorf("Failed to start deploy controller: %v", err)
		return
	}
	d := &deployer{server: s, dynamic: client, seen: map[string]time.Time{}}
	d.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(s.clients().Discovery()))
	for !d.ensureCRDs(ctx) {
		if !sleep(ctx, time.Second) {
			return
		}
	}
	for {
		if err := d.applyAll(ctx); err != nil {
			logrus.Errorf("Failed to process config: %v", err)
		}
		if !sleep(ctx, deployInterval) {
			return
		}
	}
}

func (d *deployer) ensureCRDs(ctx context.Context) bool {
	client, err := extensions.NewForConfig(d.server.restConfig)
	if err != nil {
		return false
	}
	var wanted []*extensionsv1.CustomResourceDefinition
	for _, list := range []func() ([]*extensionsv1.CustomResourceDefinition, error){k3scrds.List, helmcrds.List} {
		found, err := list()
		if err != nil {
			logrus.Errorf("Failed to read CRDs: %v", err)
			return true
		}
		wanted = append(wanted, found...)
	}
	for _, crd := range wanted {
		if _, err := client.ApiextensionsV1().CustomResourceDefinitions().Create(ctx, crd, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			logrus.Warnf("Failed to create CRD %s: %v", crd.Name, err)
			return false
		}
	}
	return true
}

// stageManifests writes the packaged files anew at each start, without those that have a .skip file beside them.
func (s *server) stageManifests() error {
	root := s.paths.server("manifests")
	if err := os.MkdirAll(root, 0700); err != nil {
		return err
	}
	fill := strings.NewReplacer("%{CLUSTER_DNS}%", s.clusterDNS[0].String(), "%{CLUSTER_DOMAIN}%", s.opts.text("cluster-domain"),
		"%{DEFAULT_LOCAL_STORAGE_PATH}%", s.localStoragePath(), "%{SYSTEM_DEFAULT_REGISTRY}%", registryPrefix(s.opts.text("system-default-registry")))
	return fs.WalkDir(packaged, "manifests", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		target := filepath.Join(root, strings.TrimPrefix(path, "manifests/"))
		if exists(target+".skip") || s.notDeployed(entry.Name(), target) {
			return nil
		}
		data, err := packaged.ReadFile(path)
		if err != nil {
			return err
		}
		return writeFile(target, []byte(fill.Replace(string(data))), 0600)
	})
}

func (s *server) notDeployed(name, target string) bool {
	helmOff := s.opts.flag("disable-helm-controller") && name == "traefik.yaml"
	return (helmOff || isDisabled(s, target)) && !exists(target)
}

func (s *server) localStoragePath() string {
	if path := s.opts.text("default-local-storage-path"); path != "" {
		return path
	}
	return filepath.Join(s.paths.root, "storage")
}

func registryPrefix(registry string) string {
	if registry == "" {
		return ""
	}
	return registry + "/"
}

// isDisabled: a component is named by its file or by the directory it lies in.
func isDisabled(s *server, path string) bool {
	relative, err := filepath.Rel(s.paths.server("manifests"), path)
	if err != nil {
		return false
	}
	parts := strings.Split(relative, string(filepath.Separator))
	parts[len(parts)-1] = addonName(path)
	return slices.ContainsFunc(parts, s.disables.Has)
}

func addonName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func (d *deployer) applyAll(ctx context.Context) error {
	var files []string
	skipped := map[string]bool{}
	err := filepath.WalkDir(d.server.paths.server("manifests"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if name, isSkip := strings.CutSuffix(entry.Name(), ".skip"); isSkip {
			skipped[name] = true
		} else if slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var problems []error
	for _, path := range files {
		if isDisabled(d.server, path) {
			if err := d.remove(ctx, path); err != nil {
				problems = append(problems, fmt.Errorf("failed to delete %s: %w", path, err))
			}
			continue
		}
		info, err := os.Stat(path)
		if err != nil || skipped[filepath.Base(path)] || info.ModTime().Equal(d.seen[path]) {
			continue
		}
		if err := d.apply(ctx, path); err != nil {
			problems = append(problems, fmt.Errorf("failed to process %s: %w", path, err))
			continue
		}
		d.seen[path] = info.ModTime()
	}
	return errors.Join(problems...)
}

func readObjects(data []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		if len(object.Object) == 0 {
			continue
		}
		if !object.IsList() {
			objects = append(objects, object)
			continue
		}
		list, err := object.ToList()
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			objects = append(objects, &list.Items[i])
		}
	}
}

func (d *deployer) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := d.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		d.mapper.Reset()
		mapping, err = d.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return d.dynamic.Resource(mapping.Resource), nil
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	return d.dynamic.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}

func (d *deployer) apply(ctx context.Context, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	objects, err := readObjects(data)
	if err != nil {
		return err
	}
	for _, object := range objects {
		target, err := d.resource(object)
		if err != nil {
			return err
		}
		if _, err := target.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "deploy@" + d.server.name, Force: true}); err != nil {
			return err
		}
	}
	return d.note(ctx, path, data)
}

// note keeps an AddOn per file, named after it.
func (d *deployer) note(ctx context.Context, path string, data []byte) error {
	sum := sha256.Sum256(data)
	addon := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "k3s.cattle.io/v1", "kind": "Addon", "metadata": map[string]any{"name": addonName(path), "namespace": "kube-system"},
		"spec": map[string]any{"source": path, "checksum": hex.EncodeToString(sum[:])},
	}}
	text, err := addon.MarshalJSON()
	if err != nil {
		return err
	}
	force := true
	_, err = d.dynamic.Resource(addonResource).Namespace("kube-system").Patch(ctx, addonName(path), types.ApplyPatchType, text, metav1.PatchOptions{FieldManager: "k3s", Force: &force})
	return err
}

// remove is for disabled components: their objects go, then the file.
func (d *deployer) remove(ctx context.Context, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	objects, err := readObjects(data)
	if err != nil {
		return err
	}
	for _, object := range objects {
		target, err := d.resource(object)
		if err != nil {
			return err
		}
		background := metav1.DeletePropagationBackground
		if err := target.Delete(ctx, object.GetName(), metav1.DeleteOptions{PropagationPolicy: &background}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	_ = d.dynamic.Resource(addonResource).Namespace("kube-system").Delete(ctx, addonName(path), metav1.DeleteOptions{})
	return os.Remove(path)
}
