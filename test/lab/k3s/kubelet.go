package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// notReadyFile keeps a node NotReady while it exists, for tests.
const notReadyFile = "/etc/k3s-standin/not-ready"

const (
	leaseSeconds  = 8
	leaseInterval = 2 * time.Second
)

// kubelet pretends to be one: with the real credential of the node, but without containers.
type kubelet struct {
	*agent
	client *kubernetes.Clientset
	pods   *podRunner
	boot   string
}

func newKubelet(a *agent) (*kubelet, error) {
	config, err := clientcmd.BuildConfigFromFlags("", a.paths.agent("kubelet.kubeconfig"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 50, 100
	config.UserAgent = "kubelet-standin"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	k := &kubelet{agent: a, client: client, boot: strings.TrimSpace(string(boot))}
	k.pods = newPodRunner(k)
	return k, nil
}

func (k *kubelet) run(ctx context.Context) {
	for !k.register(ctx) {
		if !sleep(ctx, 500*time.Millisecond) {
			return
		}
	}
	go k.renewLease(ctx)
	go k.pods.run(ctx)
	go k.annotate(ctx)
	for {
		k.reportStatus(ctx)
		if !sleep(ctx, 2*time.Second) {
			return
		}
	}
}

// register makes the Node. Labels of the options are set again at each start, taints only when the Node is made.
func (k *kubelet) register(ctx context.Context) bool {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: k.name, Labels: k.nodeLabels()}, Spec: corev1.NodeSpec{ProviderID: "k3s://" + k.name, Taints: k.nodeTaints()}}
	node.Status = k.status(nil)
	_, err := k.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	switch {
	case err == nil:
		logrus.Infof("Successfully registered node %s", k.name)
		return true
	case apierrors.IsAlreadyExists(err):
		patch, _ := json.Marshal(map[string]any{"metadata": map[string]any{"labels": k.nodeLabels()}})
		if _, err := k.client.CoreV1().Nodes().Patch(ctx, k.name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}); err != nil {
			logrus.Warnf("Unable to update labels of node %s: %v", k.name, err)
			return false
		}
		return true
	default:
		logrus.Warnf("Unable to register node %s with API server: %v", k.name, err)
		return false
	}
}

func (k *kubelet) nodeLabels() map[string]string {
	labels := map[string]string{
		corev1.LabelHostname: k.name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: runtime.GOARCH, corev1.LabelInstanceTypeStable: "k3s",
		"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": runtime.GOARCH, "beta.kubernetes.io/instance-type": "k3s",
	}
	for _, label := range k.labels {
		key, value, _ := strings.Cut(label, "=")
		labels[key] = value
	}
	return labels
}

func (k *kubelet) nodeTaints() []corev1.Taint {
	var taints []corev1.Taint
	for _, text := range k.taints {
		rest, effect, found := strings.Cut(text, ":")
		if !found {
			logrus.Fatalf("Error: invalid taint spec: %s", text)
		}
		key, value, _ := strings.Cut(rest, "=")
		taints = append(taints, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
	return taints
}

func (k *kubelet) status(old *corev1.NodeStatus) corev1.NodeStatus {
	capacity := corev1.ResourceList{
		corev1.ResourceCPU: *resource.NewQuantity(int64(runtime.NumCPU()), resource.DecimalSI), corev1.ResourceMemory: resource.MustParse("4Gi"),
		corev1.ResourcePods: resource.MustParse("110"), corev1.ResourceEphemeralStorage: resource.MustParse("20Gi"),
	}
	status := corev1.NodeStatus{Capacity: capacity, Allocatable: capacity, Conditions: k.conditions(old)}
	for _, ip := range k.ips {
		status.Addresses = append(status.Addresses, corev1.NodeAddress{Type: corev1.NodeInternalIP, Address: ip.String()})
	}
	for _, ip := range k.externalIPs {
		status.Addresses = append(status.Addresses, corev1.NodeAddress{Type: corev1.NodeExternalIP, Address: ip})
	}
	status.Addresses = append(status.Addresses, corev1.NodeAddress{Type: corev1.NodeHostName, Address: k.name})
	machine, _ := os.ReadFile("/etc/machine-id")
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	status.NodeInfo = corev1.NodeSystemInfo{
		MachineID: strings.TrimSpace(string(machine)), BootID: k.boot, KernelVersion: strings.TrimSpace(string(kernel)), OSImage: "K3s stand-in",
		ContainerRuntimeVersion: "standin://0", KubeletVersion: version(), OperatingSystem: "linux", Architecture: runtime.GOARCH,
	}
	return status
}

func (k *kubelet) conditions(old *corev1.NodeStatus) []corev1.NodeCondition {
	now := metav1.Now()
	ready := corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status (stand-in)"}
	if exists(notReadyFile) {
		ready.Status, ready.Reason, ready.Message = corev1.ConditionFalse, "KubeletNotReady", "stand-in: "+notReadyFile+" exists"
	}
	conditions := []corev1.NodeCondition{ready}
	for kind, reason := range map[corev1.NodeConditionType]string{
		corev1.NodeMemoryPressure: "KubeletHasSufficientMemory", corev1.NodeDiskPressure: "KubeletHasNoDiskPressure", corev1.NodePIDPressure: "KubeletHasSufficientPID",
	} {
		conditions = append(conditions, corev1.NodeCondition{Type: kind, Status: corev1.ConditionFalse, Reason: reason})
	}
	for i := range conditions {
		conditions[i].LastHeartbeatTime, conditions[i].LastTransitionTime = now, now
		if old == nil {
			continue
		}
		for _, before := range old.Conditions {
			if before.Type == conditions[i].Type && before.Status == conditions[i].Status {
				conditions[i].LastTransitionTime = before.LastTransitionTime
			}
		}
	}
	return conditions
}

// reportStatus writes the status when it differs from what the API has, else once in five minutes as a kubelet does.
func (k *kubelet) reportStatus(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	node, err := k.client.CoreV1().Nodes().Get(ctx, k.name, metav1.GetOptions{ResourceVersion: "0"})
	if err != nil {
		logrus.Debugf("Error getting node %s: %v", k.name, err)
		return
	}
	k.pods.setCIDR(node.Spec.PodCIDR)
	status := k.status(&node.Status)
	if sameStatus(&node.Status, &status) {
		return
	}
	patch, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		return
	}
	if _, err := k.client.CoreV1().Nodes().PatchStatus(ctx, k.name, patch); err != nil {
		logrus.Debugf("Error updating node status: %v", err)
	}
}

func sameStatus(before, after *corev1.NodeStatus) bool {
	for _, condition := range after.Conditions {
		same := slices.ContainsFunc(before.Conditions, func(old corev1.NodeCondition) bool {
			return old.Type == condition.Type && old.Status == condition.Status && old.Reason == condition.Reason && time.Since(old.LastHeartbeatTime.Time) < 5*time.Minute
		})
		if !same {
			return false
		}
	}
	return before.NodeInfo.KubeletVersion == after.NodeInfo.KubeletVersion && before.NodeInfo.BootID == after.NodeInfo.BootID && slices.Equal(before.Addresses, after.Addresses)
}

func (k *kubelet) renewLease(ctx context.Context) {
	leases := k.client.CoordinationV1().Leases(corev1.NamespaceNodeLease)
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		now, seconds := metav1.NowMicro(), int32(leaseSeconds)
		lease, err := leases.Get(attempt, k.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			spec := coordinationv1.LeaseSpec{HolderIdentity: &k.name, LeaseDurationSeconds: &seconds, RenewTime: &now}
			_, err = leases.Create(attempt, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: k.name}, Spec: spec}, metav1.CreateOptions{})
		} else if err == nil {
			lease.Spec.RenewTime = &now
			_, err = leases.Update(attempt, lease, metav1.UpdateOptions{})
		}
		cancel()
		if err != nil {
			logrus.Debugf("Failed to renew lease: %v", err)
		}
		if !sleep(ctx, leaseInterval) {
			return
		}
	}
}

// annotate writes what K3s notes on a Node about its configuration, with secrets masked.
func (k *kubelet) annotate(ctx context.Context) {
	args, _ := json.Marshal(maskedArgs(k.args))
	env, _ := json.Marshal(maskedEnv())
	sum := sha256.Sum256(append(slices.Clone(args), env...))
	annotations := map[string]string{
		"k3s.io/node-args": string(args), "k3s.io/node-env": string(env), "k3s.io/node-config-hash": base32.StdEncoding.EncodeToString(sum[:]),
		"k3s.io/hostname": k.name, "k3s.io/internal-ip": k.ip(), "alpha.kubernetes.io/provided-node-ip": k.ip(),
	}
	if len(k.externalIPs) > 0 {
		annotations["k3s.io/external-ip"] = strings.Join(k.externalIPs, ",")
	}
	patch, _ := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": annotations}})
	for {
		_, err := k.client.CoreV1().Nodes().Patch(ctx, k.name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		if err == nil {
			logrus.Infof("Annotations and labels have been set successfully on node: %s", k.name)
			return
		}
		logrus.Infof("Failed to set annotations and labels on node %s: %v", k.name, err)
		if !sleep(ctx, 2*time.Second) {
			return
		}
	}
}

func internalIP(node *corev1.Node) string {
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}
