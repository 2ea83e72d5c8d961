package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

const (
	controlPlaneLabel       = "node-role.kubernetes.io/control-plane"
	etcdLabel               = "node-role.kubernetes.io/etcd"
	etcdNameAnnotation      = "etcd.k3s.cattle.io/node-name"
	etcdAddressAnnotation   = "etcd.k3s.cattle.io/node-address"
	etcdRemoveAnnotation    = "etcd.k3s.cattle.io/remove"
	etcdRemovedAnnotation   = "etcd.k3s.cattle.io/removed-node-name"
	nodePasswordSecretAfter = ".node-password.k3s"
)

// startClusterControllers runs what K3s runs beside the Kubernetes controllers.
func (s *server) startClusterControllers(ctx context.Context) {
	factory := informers.NewSharedInformerFactory(s.clients(), 30*time.Second)
	nodes := factory.Core().V1().Nodes().Informer()
	_, _ = nodes.AddEventHandler(cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(_, object any) {
			if node, ok := object.(*corev1.Node); ok {
				s.removeOnRequest(ctx, node)
			}
		},
		DeleteFunc: func(object any) {
			if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = gone.Obj
			}
			if node, ok := object.(*corev1.Node); ok {
				s.forgetNode(ctx, node)
			}
		},
	})
	factory.Start(ctx.Done())
	if !s.opts.flag("disable-agent") {
		go s.labelOwnNode(ctx)
	}
	if err := s.stageManifests(); err != nil {
		logrus.Errorf("Failed to stage files: %v", err)
	}
	go s.deploy(ctx)
}

// labelOwnNode gives this server's Node its roles and, with etcd, the name of its member.
func (s *server) labelOwnNode(ctx context.Context) {
	for {
		node, err := s.clients().CoreV1().Nodes().Get(ctx, s.name, metav1.GetOptions{})
		if err == nil {
			if err = s.patchNode(ctx, s.name, s.ownLabels(), s.ownAnnotations(node)); err == nil {
				logrus.Infof("Labels and annotations have been set successfully on node: %s", s.name)
				break
			}
		}
		logrus.Infof("Unable to set control-plane role label: %v", err)
		if !sleep(ctx, time.Second) {
			return
		}
	}
	if s.encryption || exists(s.paths.cred("encryption-config.json")) {
		s.startEncryptionAnnotation(ctx)
	}
}

func (s *server) ownLabels() map[string]any {
	labels := map[string]any{controlPlaneLabel: "true"}
	if s.etcd != nil {
		labels[etcdLabel] = "true"
	}
	return labels
}

func (s *server) ownAnnotations(node *corev1.Node) map[string]any {
	if s.etcd == nil {
		return nil
	}
	annotations := map[string]any{etcdNameAnnotation: s.etcd.name, etcdAddressAnnotation: s.ip()}
	// A member that joined again is no longer the removed one.
	if removed := node.Annotations[etcdRemovedAnnotation]; removed != "" && removed != s.etcd.name {
		annotations[etcdRemovedAnnotation], annotations[etcdRemoveAnnotation] = nil, nil
	}
	return annotations
}

func (s *server) patchNode(ctx context.Context, name string, labels, annotations map[string]any) error {
	metadata := map[string]any{}
	// An empty map would become null, which a merge patch takes as "remove all".
	if len(labels) > 0 {
		metadata["labels"] = labels
	}
	if len(annotations) > 0 {
		metadata["annotations"] = annotations
	}
	patch, err := json.Marshal(map[string]any{"metadata": metadata})
	if err != nil {
		return err
	}
	_, err = s.clients().CoreV1().Nodes().Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// removeOnRequest follows the annotation etcd.k3s.cattle.io/remove.
func (s *server) removeOnRequest(ctx context.Context, node *corev1.Node) {
	if s.etcd == nil || !strings.EqualFold(node.Annotations[etcdRemoveAnnotation], "true") || node.Annotations[etcdRemovedAnnotation] != "" {
		return
	}
	member := node.Annotations[etcdNameAnnotation]
	if member == "" {
		return
	}
	logrus.Infof("Removing etcd member %s from cluster due to remove annotation", member)
	err := s.etcd.remove(ctx, member)
	if errors.Is(err, rpctypes.ErrMemberNotEnoughStarted) {
		logrus.Errorf("etcd member removal rejected, clearing remove annotation: %v", err)
		_ = s.patchNode(ctx, node.Name, nil, map[string]any{etcdRemoveAnnotation: nil})
		return
	}
	if err != nil {
		logrus.Errorf("Failed to remove etcd member %s: %v", member, err)
		return
	}
	done := map[string]any{etcdRemovedAnnotation: member, etcdRemoveAnnotation: nil, etcdNameAnnotation: nil, etcdAddressAnnotation: nil}
	if err := s.patchNode(ctx, node.Name, nil, done); err != nil {
		logrus.Errorf("Failed to note the removal of etcd member %s: %v", member, err)
	}
}

// forgetNode follows the deletion of a Node: its password goes, and its etcd member.
func (s *server) forgetNode(ctx context.Context, node *corev1.Node) {
	secret := node.Name + nodePasswordSecretAfter
	for range 5 {
		err := s.clients().CoreV1().Secrets("kube-system").Delete(ctx, secret, metav1.DeleteOptions{})
		if err == nil || apierrors.IsNotFound(err) {
			break
		}
		sleep(ctx, time.Second)
	}
	member := node.Annotations[etcdNameAnnotation]
	if s.etcd == nil || node.Labels[etcdLabel] == "" || node.Annotations[etcdRemovedAnnotation] != "" || member == "" {
		return
	}
	logrus.Infof("Removing etcd member %s from cluster due to node delete", member)
	for range 10 {
		err := s.etcd.remove(ctx, member)
		if err == nil {
			return
		}
		logrus.Errorf("Failed to remove etcd member %s: %v", member, err)
		if !sleep(ctx, 2*time.Second) {
			return
		}
	}
}
