/** Sample files for common hosts, made from headers.ts. `npm run host-files` writes them to deploy/. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheControl, mediaTypes, securityHeaders, transportSecurity } from './headers.ts';

const made = 'Made by `npm run host-files`; see docs/deployment.md.';
/** The samples are for hosts that speak TLS. */
const headers = [...Object.entries(securityHeaders), [transportSecurity.name, transportSecurity.value]];
const types = Object.entries(mediaTypes);

function lines(...parts: (string | string[])[]): string {
  return `${parts.flat().join('\n')}\n`;
}

const nginx = lines(
  `# ${made}`,
  '# Server blocks; include them in the http block. Put your host name and certificate in.',
  '',
  '# add_header of a location would drop those of the server, so one rule chooses by address.',
  'map $uri $lentigo_cache_control {',
  `    default "${cacheControl.others}";`,
  `    ~/assets/ "${cacheControl.assets}";`,
  '}',
  '',
  'server {',
  '    listen 80;',
  '    listen [::]:80;',
  '    server_name lentigo.example.org;',
  '    return 301 https://$host$request_uri;',
  '}',
  '',
  'server {',
  '    listen 443 ssl http2;',
  '    listen [::]:443 ssl http2;',
  '    server_name lentigo.example.org;',
  '    ssl_certificate /etc/ssl/lentigo/fullchain.pem;',
  '    ssl_certificate_key /etc/ssl/lentigo/privkey.pem;',
  '    # With these two, every cipher that OpenSSL offers by default is sound.',
  '    ssl_protocols TLSv1.2 TLSv1.3;',
  '    ssl_session_cache shared:lentigo:1m;',
  '    ssl_session_tickets off;',
  '',
  '    root /srv/lentigo;',
  '    index index.html;',
  '',
  '    # nginx itself knows .wasm since 1.21.1.',
  '    include mime.types;',
  '    types {',
  `        ${mediaTypes.webmanifest} webmanifest;`,
  '    }',
  '',
  headers.map(([name, value]) => `    add_header ${name} "${value}" always;`),
  '    # Not always: that a file is missing must not be remembered for a year.',
  '    add_header Cache-Control $lentigo_cache_control;',
  '',
  '    # Sends file.gz where it lies beside a file; with the brotli module also: brotli_static on;',
  '    gzip_static on;',
  '    gzip on;',
  '    gzip_types text/css text/javascript application/javascript application/json application/wasm image/svg+xml;',
  '',
  '    location / {',
  '        try_files $uri $uri/ =404;',
  '    }',
  '}',
);

const caddy = lines(
  `# ${made}`,
  '# Put your host name in: Caddy gets a certificate by itself, and leads http to https.',
  'lentigo.example.org {',
  '\troot * /srv/lentigo',
  '\tencode zstd gzip',
  '',
  '\theader {',
  headers.map(([name, value]) => `\t\t${name} "${value}"`),
  '\t\t# Only where nothing else has set it.',
  `\t\t?Cache-Control "${cacheControl.others}"`,
  '\t}',
  '\t# Only where the file exists: that it is missing must not be remembered for a year.',
  '\t@hashed {',
  '\t\tpath */assets/*',
  '\t\tfile',
  '\t}',
  `\theader @hashed Cache-Control "${cacheControl.assets}"`,
  types.map(
    ([extension, type]) => `\t@${extension} path *.${extension}\n\theader @${extension} Content-Type ${type}`,
  ),
  '',
  '\tfile_server {',
  '\t\tprecompressed br gzip',
  '\t}',
  '}',
);

const apache = lines(
  `# ${made}`,
  '# Needs mod_headers, mod_mime and mod_rewrite, and AllowOverride FileInfo Indexes Options; or stands in a <Directory>',
  '# block. The certificate is set in the virtual host: SSLEngine on, SSLProtocol -all +TLSv1.2 +TLSv1.3.',
  'Options -Indexes',
  'DirectoryIndex index.html',
  '',
  '# From http to https. Behind a proxy that ends TLS, let the proxy do this and remove these lines.',
  'RewriteEngine On',
  'RewriteCond %{HTTPS} !=on',
  'RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]',
  '',
  types.map(([extension, type]) => `AddType ${type} .${extension}`),
  '',
  headers.map(([name, value]) => `Header always set ${name} "${value}"`),
  '# Not always: that a file is missing must not be remembered for a year.',
  `Header set Cache-Control "${cacheControl.others}"`,
  '<If "%{REQUEST_URI} =~ m#/assets/#">',
  `    Header set Cache-Control "${cacheControl.assets}"`,
  '</If>',
  '',
  '<IfModule mod_deflate.c>',
  '    AddOutputFilterByType DEFLATE text/html text/css text/javascript application/javascript application/json application/wasm image/svg+xml',
  '</IfModule>',
);

// Both hosts join headers that two rules set, and both revalidate by default: so Cache-Control
// stands only where it differs.
const netlify = lines(
  `# ${made}`,
  '# For Netlify and Cloudflare Pages: copy it into dist/ before deploying. Under a sub-path, put that before each path.',
  '/*',
  headers.map(([name, value]) => `  ${name}: ${value}`),
  '/assets/*',
  `  Cache-Control: ${cacheControl.assets}`,
  types.map(([extension, type]) => `/*.${extension}\n  Content-Type: ${type}`),
);

/** File name in deploy/ and content. */
export const hostFiles: Readonly<Record<string, string>> = {
  'nginx.conf': nginx,
  Caddyfile: caddy,
  '.htaccess': apache,
  _headers: netlify,
};

export const hostFilesFolder = path.resolve(import.meta.dirname, '../../deploy');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await mkdir(hostFilesFolder, { recursive: true });
  for (const [name, content] of Object.entries(hostFiles)) {
    await writeFile(path.join(hostFilesFolder, name), content);
    console.log(`deploy/${name}`);
  }
}
