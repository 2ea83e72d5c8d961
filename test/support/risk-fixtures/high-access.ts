import {
  casesOf,
  clusterObject,
  deployment,
  hostRule,
  ingress,
  object,
  service,
  type RatedFixture,
} from './risk-case';

/** Its own pods it finds by another label. */
const tiered = (labels: object) =>
  deployment({
    spec: { selector: { matchLabels: { tier: 'front' } } },
    labels: { tier: 'front', ...labels },
  });
const policy = (spec = {}, name = 'web') =>
  object('networking.k8s.io/v1', 'NetworkPolicy', name, {
    spec: { podSelector: { matchLabels: { app: 'web' } }, ...spec },
  });
const denyAll = object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', {
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
});
const fromApp = (app: string, ...ports: readonly object[]) => ({
  ingress: [{ from: [{ podSelector: { matchLabels: { app } } }], ...(ports.length > 0 && { ports }) }],
});
const fromRange = (cidr: string, except?: readonly string[]) => ({
  ingress: [{ from: [{ ipBlock: { cidr, ...(except && { except }) } }] }],
});
const middleware = (name: string, spec: object) =>
  object('traefik.io/v1alpha1', 'Middleware', name, { spec });
const route = (match: string, rule: object = {}, spec: object = {}) =>
  object('traefik.io/v1alpha1', 'IngressRoute', 'web', {
    spec: {
      entryPoints: ['websecure'],
      routes: [{ kind: 'Rule', match, services: [{ name: 'web', port: 80 }], ...rule }],
      tls: {},
      ...spec,
    },
  });
const httpRoute = (...hostnames: readonly string[]) =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
    spec: {
      parentRefs: [{ name: 'main' }],
      hostnames,
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    },
  });
const gateway = (...ports: readonly number[]) =>
  object('gateway.networking.k8s.io/v1', 'Gateway', 'main', {
    spec: {
      gatewayClassName: 'traefik',
      listeners: ports.map((port) => ({ name: `p${port}`, port, protocol: 'HTTP' })),
    },
  });
const guarded = { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-login@kubernetescrd' };
const login = middleware('login', { basicAuth: { secret: 'users' } });

/** Traffic that gets through or does not, and the way to pods. */
export const highAccess: readonly RatedFixture[] = [
  ...casesOf('network-isolation-lost', {
    'the only policy goes': {
      beside: [deployment()],
      before: [policy(fromApp('gateway'))],
      hits: ['ingress of Deployment shop/web is open'],
    },
    'default deny goes': {
      beside: [deployment(), deployment({}, 'other')],
      before: [denyAll],
      hits: ['ingress of Deployment shop/other, Deployment shop/web', 'egress of'],
    },
    'pods that nobody knows': { before: [policy()], hits: ['every pod that it selected'] },
    'it isolates egress no more': {
      beside: [deployment()],
      before: [policy({ policyTypes: ['Ingress', 'Egress'] })],
      after: [policy({ policyTypes: ['Ingress'] })],
      hits: ['egress of Deployment shop/web is open'],
    },
    'the pods lose the label': {
      beside: [policy()],
      before: [tiered({ app: 'web' })],
      after: [tiered({ app: 'web2' })],
      hits: ['no policy selects its pods any more: ingress is open'],
    },
    'another policy still isolates them': {
      beside: [deployment(), denyAll],
      before: [policy(fromApp('gateway'))],
      also: ['network-traffic-cut'],
    },
    'its pods go too': { before: [deployment(), policy(fromApp('gateway'))] },
    'its namespace goes too': {
      before: [clusterObject('v1', 'Namespace', 'shop'), policy()],
      also: ['namespace-removed'],
    },
    'it has a new name': {
      beside: [deployment()],
      before: [policy(fromApp('gateway'))],
      after: [policy(fromApp('gateway'), 'web-in')],
    },
  }),
  ...casesOf('network-policy-opened', {
    'a new peer': {
      beside: [deployment()],
      before: [policy(fromApp('gateway'))],
      after: [policy({ ingress: [...fromApp('gateway').ingress, ...fromApp('batch').ingress] })],
      hits: ['ingress from pods with app=batch of namespace shop, on every port'],
    },
    'every pod of every namespace': {
      beside: [deployment()],
      before: [policy(fromApp('gateway'))],
      after: [policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] })],
      hits: ['from every pod of every namespace'],
    },
    everybody: {
      beside: [deployment()],
      before: [policy(fromApp('gateway'))],
      after: [policy({ ingress: [{}] })],
      hits: ['from everywhere, on every port'],
    },
    'another port': {
      beside: [deployment()],
      before: [policy(fromApp('gateway', { port: 8080 }))],
      after: [policy(fromApp('gateway', { port: 8080 }, { port: 9090 }))],
      hits: ['on 9090/TCP'],
    },
    'a wider range of addresses': {
      before: [policy(fromRange('10.0.0.0/24'))],
      after: [policy(fromRange('10.0.0.0/16'))],
      hits: ['from 10.0.0.0/16'],
    },
    'a hole in the range is closed': {
      before: [policy(fromRange('10.0.0.0/16', ['10.0.5.0/24']))],
      after: [policy(fromRange('10.0.0.0/16'))],
      hits: ['from 10.0.0.0/16'],
    },
    'a second policy beside default deny': {
      beside: [denyAll, deployment()],
      after: [policy(fromApp('gateway'))],
      hits: ['app=gateway'],
    },
    'a new policy isolates': {
      beside: [deployment()],
      after: [policy(fromApp('gateway'))],
      also: ['network-traffic-cut'],
    },
    'a new application with its own policy': {
      beside: [denyAll],
      after: [deployment(), policy(fromApp('gateway'))],
    },
    'one rule becomes two of the same meaning': {
      beside: [deployment()],
      before: [policy(fromApp('gateway', { port: 8080 }, { port: 9090 }))],
      after: [
        policy({
          ingress: [
            ...fromApp('gateway', { port: 9090 }).ingress,
            ...fromApp('gateway', { port: 8080 }).ingress,
          ],
        }),
      ],
    },
    'a part of what was allowed': {
      before: [policy(fromRange('10.0.0.0/16'))],
      after: [
        policy({
          ingress: [{ from: [{ ipBlock: { cidr: '10.0.1.0/24' } }], ports: [{ port: 80, endPort: 90 }] }],
        }),
      ],
    },
    'what another policy allows already': {
      beside: [deployment(), policy({ ingress: [{}] }, 'all')],
      before: [policy(fromApp('gateway'))],
      after: [policy(fromApp('batch'))],
    },
  }),
  ...casesOf('add-on-policy-removed', {
    'a policy of Cilium goes': {
      before: [
        object('cilium.io/v2', 'CiliumNetworkPolicy', 'web', {
          spec: { endpointSelector: { matchLabels: { app: 'web' } } },
        }),
      ],
      hits: ['"app":"web"'],
    },
    'it changes': {
      before: [object('cilium.io/v2', 'CiliumNetworkPolicy', 'web', { spec: { endpointSelector: {} } })],
      after: [
        object('cilium.io/v2', 'CiliumNetworkPolicy', 'web', {
          spec: { endpointSelector: {}, ingress: [], egress: [{}] },
        }),
      ],
    },
  }),
  ...casesOf('route-lost', {
    'an Ingress goes': { before: [ingress()], hits: ['https://shop.example.org is lost'] },
    'a host': {
      before: [ingress({ rules: [hostRule('shop.example.org', '/'), hostRule('old.example.org', '/')] })],
      after: [ingress()],
      hits: ['old.example.org is lost'],
    },
    'a path': {
      before: [ingress({ rules: [hostRule('shop.example.org', '/cart', '/pay')] })],
      after: [ingress({ rules: [hostRule('shop.example.org', '/cart')] })],
      hits: ['https://shop.example.org/pay is lost'],
    },
    'a hostname of an HTTPRoute': {
      before: [httpRoute('a.example.org', 'b.example.org')],
      after: [httpRoute('a.example.org')],
      hits: ['b.example.org is lost'],
    },
    'a host of an IngressRoute': {
      before: [route('Host(`a.example.org`) || Host(`b.example.org`)')],
      after: [route('Host(`a.example.org`)')],
      hits: ['https://b.example.org is lost'],
    },
    'another Ingress takes it': { before: [ingress()], after: [ingress({}, {}, 'shop')] },
    'an IngressRoute takes it': { before: [ingress()], after: [route('Host(`shop.example.org`)')] },
    'a shorter path takes it': {
      before: [ingress({ rules: [hostRule('shop.example.org', '/cart')] })],
      after: [ingress({ rules: [hostRule('shop.example.org', '/')] })],
    },
    'a wildcard takes it': {
      before: [ingress()],
      after: [
        ingress({
          rules: [hostRule('*.example.org', '/')],
          tls: [{ hosts: ['*.example.org'], secretName: 'shop-tls' }],
        }),
      ],
    },
    'another backend': {
      before: [httpRoute('a.example.org')],
      after: [
        object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
          spec: {
            parentRefs: [{ name: 'main' }],
            hostnames: ['a.example.org'],
            rules: [{ backendRefs: [{ name: 'other', port: 80 }] }],
          },
        }),
      ],
    },
  }),
  ...casesOf('route-tls-lost', {
    'the tls entry goes': {
      before: [ingress()],
      after: [ingress({ tls: undefined })],
      hits: ['shop.example.org had TLS'],
    },
    'an IngressRoute without tls': {
      before: [route('Host(`a.example.org`)')],
      after: [route('Host(`a.example.org`)', {}, { tls: undefined })],
      hits: ['a.example.org had TLS'],
    },
    'another entry holds the host': {
      before: [ingress()],
      after: [ingress({ tls: [{ hosts: ['*.example.org'], secretName: 'shop-tls' }] })],
    },
    'there was none': {
      before: [ingress({ tls: undefined })],
      after: [ingress({ tls: undefined, ingressClassName: 'traefik' })],
    },
  }),
  ...casesOf('route-guard-lost', {
    'a middleware that asks for a login': {
      beside: [login],
      before: [ingress({}, guarded)],
      after: [ingress()],
      hits: ['loses its login'],
    },
    'a middleware that nobody knows': {
      before: [ingress({}, guarded)],
      after: [ingress()],
      hits: ['loses middleware login'],
    },
    'of an IngressRoute': {
      beside: [middleware('office', { ipAllowList: { sourceRange: ['10.0.0.0/8'] } })],
      before: [route('Host(`a.example.org`)', { middlewares: [{ name: 'office' }] })],
      after: [route('Host(`a.example.org`)')],
      hits: ['loses its list of allowed addresses'],
    },
    'in a chain': {
      beside: [login, middleware('chain', { chain: { middlewares: [{ name: 'login' }] } })],
      before: [route('Host(`a.example.org`)', { middlewares: [{ name: 'chain' }] })],
      after: [route('Host(`a.example.org`)', { middlewares: [] })],
      hits: ['loses its login'],
    },
    'an annotation of ingress-nginx': {
      before: [ingress({}, { 'nginx.ingress.kubernetes.io/auth-url': 'https://login.example.org' })],
      after: [ingress()],
      hits: ['loses its login'],
    },
    'a middleware that compresses': {
      beside: [middleware('gzip', { compress: {} })],
      before: [
        ingress({}, { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-gzip@kubernetescrd' }),
      ],
      after: [ingress()],
    },
    'another way to log in': {
      beside: [login, middleware('sso', { forwardAuth: { address: 'http://sso' } })],
      before: [ingress({}, guarded)],
      after: [ingress({}, { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-sso@kubernetescrd' })],
    },
  }),
  ...casesOf('gateway-listener-lost', {
    'a listener goes': { before: [gateway(80, 443)], after: [gateway(80)], hits: ['443/HTTP is gone'] },
    'the Gateway goes': { before: [gateway(80)], hits: ['80/HTTP is gone'] },
    'a listener comes': { before: [gateway(80)], after: [gateway(80, 443)] },
  }),
  ...casesOf('middleware-removed', {
    'an Ingress names it': {
      beside: [ingress({}, guarded)],
      before: [login],
      hits: ['named for https://shop.example.org'],
    },
    'nobody names it': { beside: [ingress()], before: [login] },
  }),
  ...casesOf('service-removed', {
    'its pods stay': {
      beside: [deployment()],
      before: [service()],
      hits: ['its pods stay: Deployment shop/web'],
    },
    'an Ingress leads to it': {
      beside: [ingress()],
      before: [service()],
      hits: ['Ingress shop/web still leads to it'],
    },
    'a load balancer': {
      before: [service({ type: 'LoadBalancer' })],
      hits: ['open from outside as LoadBalancer'],
    },
    'its application goes too': { before: [deployment(), service()] },
    'another Service takes its pods': {
      beside: [deployment()],
      before: [service()],
      after: [service({ ports: [{ port: 8080 }], sessionAffinity: 'ClientIP' }, 'front')],
    },
  }),
  ...casesOf('service-selects-nothing', {
    'its selector changes': {
      beside: [deployment()],
      before: [service()],
      after: [service({ selector: { app: 'shop' } })],
      hits: ['selector app=shop; before: Deployment shop/web'],
    },
    'the labels of the pods change': {
      beside: [service({ selector: { tier: 'front' } })],
      before: [deployment({ labels: { app: 'web', tier: 'front' } })],
      after: [deployment({ labels: { app: 'web', tier: 'fornt' } })],
      hits: ['selector tier=front; before:'],
    },
    'the pods lose a label of their own workload, which is refused': {
      beside: [service()],
      before: [deployment()],
      after: [deployment({ labels: { app: 'shop' } })],
    },
    'both change': {
      before: [service(), deployment()],
      after: [service({ selector: { app: 'shop' } }), deployment({ labels: { app: 'shop' } })],
    },
    'it never found any': {
      before: [service({ selector: { app: 'a' } })],
      after: [service({ selector: { app: 'b' } })],
    },
    'a label more on the pods': {
      beside: [service()],
      before: [deployment()],
      after: [deployment({ labels: { app: 'web', tier: 'front' } })],
    },
  }),
  ...casesOf('service-selects-others', {
    'blue becomes green': {
      beside: [deployment({}, 'blue'), deployment({}, 'green')],
      before: [service({ selector: { app: 'blue' } })],
      after: [service({ selector: { app: 'green' } })],
      hits: ['Deployment shop/blue -> Deployment shop/green'],
    },
    'a workload gives its labels to another': {
      beside: [service({ selector: { app: 'a' } })],
      before: [deployment({ labels: { app: 'a' } }, 'blue'), deployment({}, 'green')],
      after: [deployment({}, 'blue'), deployment({ labels: { app: 'a' } }, 'green')],
      hits: ['Deployment shop/blue -> Deployment shop/green'],
    },
    'another workload comes in its place': {
      beside: [service({ selector: { app: 'a' } })],
      before: [
        deployment({ labels: { app: 'a' }, container: { image: 'registry.example.org/old:1' } }, 'old'),
      ],
      after: [
        deployment(
          {
            labels: { app: 'a' },
            container: { name: 'api', args: ['--new', '--fast'], env: [{ name: 'A', value: 'b' }] },
          },
          'new',
        ),
      ],
    },
    'one of two stays': {
      beside: [
        deployment({ labels: { app: 'a', all: 'yes' } }, 'a'),
        deployment({ labels: { app: 'b', all: 'yes' } }, 'b'),
      ],
      before: [service({ selector: { all: 'yes' } })],
      after: [service({ selector: { app: 'a' } })],
    },
  }),
  ...casesOf('service-port-closed', {
    'a port goes': {
      before: [
        service({
          ports: [
            { name: 'http', port: 80 },
            { name: 'admin', port: 9000 },
          ],
        }),
      ],
      after: [service({ ports: [{ name: 'http', port: 80 }] })],
      hits: ['9000/TCP (admin) is gone'],
    },
    'another number': {
      before: [service({ ports: [{ port: 80 }] })],
      after: [service({ ports: [{ port: 81 }] })],
      hits: ['80/TCP is gone'],
    },
    'another target': {
      before: [service()],
      after: [service({ ports: [{ name: 'http', port: 80, targetPort: 8081 }] })],
    },
    'another name, protocol as by default': {
      before: [service({ ports: [{ name: 'http', port: 80 }] })],
      after: [service({ ports: [{ name: 'web', port: 80, protocol: 'TCP' }] })],
    },
  }),
  ...casesOf('service-target-lost', {
    'the container names its port otherwise': {
      beside: [service({ ports: [{ port: 80, targetPort: 'http' }] })],
      before: [deployment({ container: { ports: [{ name: 'http', containerPort: 8080 }] } })],
      after: [deployment({ container: { ports: [{ name: 'web', containerPort: 8080 }] } })],
      hits: ['no container of Deployment shop/web has a port http'],
    },
    'a number needs no port': {
      beside: [service({ ports: [{ port: 80, targetPort: 8080 }] })],
      before: [deployment({ container: { ports: [{ name: 'http', containerPort: 8080 }] } })],
      after: [deployment({ container: { ports: [{ name: 'web', containerPort: 8080 }] } })],
    },
  }),
  ...casesOf('service-closed', {
    'no load balancer any more': {
      before: [service({ type: 'LoadBalancer' })],
      after: [service({ type: 'ClusterIP' })],
      hits: ['LoadBalancer -> ClusterIP'],
    },
    'no type': {
      before: [service({ type: 'NodePort' })],
      after: [service()],
      hits: ['NodePort -> ClusterIP'],
    },
    'the default is written': {
      before: [service()],
      after: [service({ type: 'ClusterIP', sessionAffinity: 'ClientIP' })],
    },
  }),
  ...casesOf('service-exposed', {
    'a load balancer': {
      before: [service()],
      after: [service({ type: 'LoadBalancer' })],
      hits: ['ClusterIP -> LoadBalancer'],
    },
    'an external address': {
      before: [service()],
      after: [service({ externalIPs: ['192.0.2.7'] })],
      hits: ['192.0.2.7'],
    },
    'to everybody': {
      before: [service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] })],
      after: [service({ type: 'LoadBalancer' })],
      hits: ['also from every address'],
    },
    'to fewer': {
      before: [service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] })],
      after: [service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.1.0.0/16'] })],
    },
    'another port of it': {
      before: [service({ type: 'NodePort' })],
      after: [
        service({ type: 'NodePort', ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }] }),
      ],
    },
  }),
];
