// Compiles the style sheet, bundles the scripts and copies the icons into static/, each under a name that carries a
// digest of its content, so that browsers may keep them for ever. static/assets.json says which name is current.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', 'static')
const read = (...parts) => readFileSync(join(here, ...parts))
const assets = {}

function write (name, content) {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 8)
  const stored = name.replace(/(\.[a-z]+)$/, `-${digest}$1`)
  writeFileSync(join(out, stored), content)
  assets[name] = stored
}

function bundle (name, how) {
  const made = buildSync({
    entryPoints: [join(here, 'js', name)],
    bundle: true,
    minify: true,
    write: false,
    target: 'es2020',
    legalComments: 'none',
    ...how
  })
  return made.outputFiles[0].text
}

mkdirSync(out, { recursive: true })
for (const old of readdirSync(out)) rmSync(join(out, old), { recursive: true })

const styles = compile(join(here, 'scss', 'ldis.scss'), {
  loadPaths: [join(here, 'node_modules')],
  style: 'compressed',
  quietDeps: true
})
write('ldis.css', styles.css)

const govuk = read('node_modules', 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js').toString()
write('govuk-frontend.js', govuk.replace(/\/\/# sourceMappingURL=.*\s*$/, ''))

const page = bundle('ldis.js', { format: 'esm', external: ['./govuk-frontend.js'] })
write('ldis.js', page.replace('./govuk-frontend.js', `./${assets['govuk-frontend.js']}`))

for (const icon of ['favicon.svg', 'favicon.png', 'icon-180.png']) write(icon, read('images', icon))

// The worker knows what a report form needs besides itself; with every change of it, it is another worker.
const needed = ['ldis.css', 'govuk-frontend.js', 'ldis.js', 'favicon.svg', 'favicon.png']
write('service-worker.js', bundle('service-worker.js', {
  format: 'iife',
  define: { ASSETS: JSON.stringify(needed.map(name => `/static/${assets[name]}`)) }
}))

writeFileSync(join(out, 'assets.json'), JSON.stringify(assets, null, 2) + '\n')
