// Compiles the style sheet and copies the scripts and icons into static/, each under a name that carries a
// digest of its content, so that browsers may keep them for ever. static/assets.json says which name is current.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
write('ldis.js', read('js', 'ldis.js').toString().replace('./govuk-frontend.js', `./${assets['govuk-frontend.js']}`))

for (const icon of ['favicon.svg', 'favicon.png', 'icon-180.png']) write(icon, read('images', icon))

writeFileSync(join(out, 'assets.json'), JSON.stringify(assets, null, 2) + '\n')
