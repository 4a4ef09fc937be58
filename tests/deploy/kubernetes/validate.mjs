// node validate.mjs FILE…   validates the YAML documents of files against the schemas that Kubernetes publishes of its API.
// Says each object, and what is wrong with it; exit code 1 where anything is.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const object = document.toJS();
    const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
    try {
      new Model(object).validate();
      console.log(`${object.kind} ${object.metadata.name}`);
    } catch (error) {
      console.error(`${object.kind} ${object.metadata.name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}
