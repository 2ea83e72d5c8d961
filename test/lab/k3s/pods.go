package main

import (
	"context"
	"encoding/json"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	netutils "k8s.io/utils/net"
)

// Annotations by which a test steers a pretended pod.
const (
	unreadyAnnotation = "standin.k3stack.dev/unready"      // "true": runs, but never gets Ready
	stopAnnotation    = "standin.k3stack.dev/stop-seconds" // how long it takes to stop; at most its grace period
	runAnnotation     = "standin.k3stack.dev/run-seconds"  // how long a pod of a Job runs
)

// podRunner keeps the status of this node's pods as if containers ran.
type podRunner struct {
	kubelet *kubelet
	wake    chan struct{}

	mu      sync.Mutex
	cidr    string
	ips     map[types.UID]string
	stopAt  map[types.UID]time.Time
	started map[types.UID]time.Time
}

func newPodRunner(k *kubelet) *podRunner {
	return &podRunner{kubelet: k, wake: make(chan struct{}, 1), ips: map[types.UID]string{}, stopAt: map[types.UID]time.Time{}, started: map[types.UID]time.Time{}}
}

func (r *podRunner) setCIDR(cidr string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cidr = cidr
}

func (r *podRunner) run(ctx context.Context) {
	setupHostNetwork()
	factory := informers.NewSharedInformerFactoryWithOptions(r.kubelet.client, 0, informers.WithTweakListOptions(func(o *metav1.ListOptions) {
		o.FieldSelector = fields.OneTermEqualSelector("spec.nodeName", r.kubelet.name).String()
	}))
	informer := factory.Core().V1().Pods().Informer()
	signal := func(any) {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	}
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: signal, UpdateFunc: func(_, _ any) { signal(nil) }, DeleteFunc: signal})
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return
	}
	pods := factory.Core().V1().Pods().Lister()
	for {
		list, err := pods.List(everything)
		if err == nil {
			r.syncAll(ctx, list)
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (r *podRunner) syncAll(ctx context.Context, pods []*corev1.Pod) {
	present := map[types.UID]bool{}
	for _, pod := range pods {
		present[pod.UID] = true
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		if err := r.sync(attempt, pod); err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
			logrus.Debugf("Pod %s/%s: %v", pod.Namespace, pod.Name, err)
		}
		cancel()
	}
	for uid := range r.ips {
		if !present[uid] {
			delete(r.ips, uid)
			delete(r.stopAt, uid)
			delete(r.started, uid)
		}
	}
	removeOrphans(present)
}

func (r *podRunner) sync(ctx context.Context, pod *corev1.Pod) error {
	switch {
	case pod.DeletionTimestamp != nil:
		return r.stop(ctx, pod)
	case pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed:
		stopSandbox(pod.UID)
		return nil
	case imageIsMissing(pod):
		return r.report(ctx, pod, pullFailure(pod))
	}
	if err := startSandbox(r.kubelet.paths, pod.UID); err != nil {
		logrus.Debugf("Sandbox of %s/%s: %v", pod.Namespace, pod.Name, err)
	}
	if _, ok := r.started[pod.UID]; !ok {
		r.started[pod.UID] = time.Now()
		if pod.Status.StartTime != nil {
			r.started[pod.UID] = pod.Status.StartTime.Time
		}
	}
	if ofJob(pod) && time.Since(r.started[pod.UID]) > seconds(pod, runAnnotation, time.Second) {
		return r.report(ctx, pod, r.finished(pod))
	}
	return r.report(ctx, pod, r.running(pod))
}

// stop honours the deletion: the pod ends within its grace period, then its object goes.
func (r *podRunner) stop(ctx context.Context, pod *corev1.Pod) error {
	end, ok := r.stopAt[pod.UID]
	if !ok {
		grace := 30 * time.Second
		if pod.DeletionGracePeriodSeconds != nil {
			grace = time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second
		}
		end = time.Now().Add(min(grace, seconds(pod, stopAnnotation, time.Second)))
		r.stopAt[pod.UID] = end
		r.ips[pod.UID] = pod.Status.PodIP
	}
	if time.Now().Before(end) {
		return nil
	}
	stopSandbox(pod.UID)
	now := int64(0)
	return r.kubelet.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: &metav1.Preconditions{UID: &pod.UID}})
}

func seconds(pod *corev1.Pod, annotation string, fallback time.Duration) time.Duration {
	if n, err := strconv.Atoi(pod.Annotations[annotation]); err == nil {
		return time.Duration(n) * time.Second
	}
	return fallback
}

func ofJob(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.OwnerReferences, func(owner metav1.OwnerReference) bool { return owner.Kind == "Job" })
}

// imageIsMissing: images of hosts below `.invalid` cannot be pulled.
func imageIsMissing(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool {
		host, _, found := strings.Cut(c.Image, "/")
		return found && strings.HasSuffix(host, ".invalid")
	})
}

func (r *podRunner) address(pod *corev1.Pod) string {
	if pod.Spec.HostNetwork {
		return r.kubelet.ip()
	}
	if pod.Status.PodIP != "" {
		r.ips[pod.UID] = pod.Status.PodIP
	}
	if ip := r.ips[pod.UID]; ip != "" {
		return ip
	}
	r.mu.Lock()
	cidr := r.cidr
	r.mu.Unlock()
	_, network, err := net.ParseCIDR(cidr)
	if err != nil {
		return ""
	}
	used := map[string]bool{}
	for _, ip := range r.ips {
		used[ip] = true
	}
	for i := 2; i < 255; i++ {
		ip, err := netutils.GetIndexedIP(network, i)
		if err == nil && !used[ip.String()] {
			r.ips[pod.UID] = ip.String()
			return ip.String()
		}
	}
	return ""
}

func (r *podRunner) running(pod *corev1.Pod) corev1.PodStatus {
	ready := pod.Annotations[unreadyAnnotation] != "true"
	started := metav1.NewTime(r.started[pod.UID].Truncate(time.Second))
	state := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}}
	status := r.base(pod, corev1.PodRunning, ready, started)
	status.ContainerStatuses = containerStatuses(pod.Spec.Containers, pod.UID, state, ready)
	return status
}

func (r *podRunner) finished(pod *corev1.Pod) corev1.PodStatus {
	started := metav1.NewTime(r.started[pod.UID].Truncate(time.Second))
	state := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: started, FinishedAt: metav1.NewTime(time.Now().Truncate(time.Second))}}
	status := r.base(pod, corev1.PodSucceeded, false, started)
	status.ContainerStatuses = containerStatuses(pod.Spec.Containers, pod.UID, state, false)
	return status
}

func (r *podRunner) base(pod *corev1.Pod, phase corev1.PodPhase, ready bool, started metav1.Time) corev1.PodStatus {
	ip := r.address(pod)
	status := corev1.PodStatus{Phase: phase, HostIP: r.kubelet.ip(), PodIP: ip, StartTime: &started, QOSClass: pod.Status.QOSClass}
	if ip != "" {
		status.PodIPs = []corev1.PodIP{{IP: ip}}
	}
	done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: started, FinishedAt: started}}
	status.InitContainerStatuses = containerStatuses(pod.Spec.InitContainers, pod.UID, done, true)
	for _, condition := range []struct {
		kind corev1.PodConditionType
		on   bool
	}{{corev1.PodReadyToStartContainers, true}, {corev1.PodInitialized, true}, {corev1.ContainersReady, ready}, {corev1.PodReady, ready}, {corev1.PodScheduled, true}} {
		value, reason := corev1.ConditionTrue, ""
		if !condition.on {
			value, reason = corev1.ConditionFalse, "ContainersNotReady"
		}
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: condition.kind, Status: value, Reason: reason, LastTransitionTime: started})
	}
	return status
}

func containerStatuses(containers []corev1.Container, uid types.UID, state corev1.ContainerState, ready bool) []corev1.ContainerStatus {
	var statuses []corev1.ContainerStatus
	for _, container := range containers {
		running := state.Running != nil
		statuses = append(statuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, ImageID: container.Image, ContainerID: "standin://" + string(uid) + "/" + container.Name,
			State: state, Ready: ready, Started: &running,
		})
	}
	return statuses
}

func pullFailure(pod *corev1.Pod) corev1.PodStatus {
	status := corev1.PodStatus{Phase: corev1.PodPending, QOSClass: pod.Status.QOSClass, Conditions: []corev1.PodCondition{
		{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, {Type: corev1.PodInitialized, Status: corev1.ConditionTrue},
		{Type: corev1.ContainersReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"}, {Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"},
	}}
	state := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "stand-in: images of hosts below .invalid cannot be pulled"}}
	status.ContainerStatuses = containerStatuses(pod.Spec.Containers, pod.UID, state, false)
	return status
}

// report writes the status when something that others look at differs.
func (r *podRunner) report(ctx context.Context, pod *corev1.Pod, status corev1.PodStatus) error {
	if pod.Status.Phase == status.Phase && pod.Status.PodIP == status.PodIP && isReady(&pod.Status) == isReady(&status) && len(pod.Status.ContainerStatuses) == len(status.ContainerStatuses) {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": status})
	if err != nil {
		return err
	}
	_, err = r.kubelet.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

func isReady(status *corev1.PodStatus) bool {
	return slices.ContainsFunc(status.Conditions, func(c corev1.PodCondition) bool { return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue })
}
