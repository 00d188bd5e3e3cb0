// Asks css-tree which of some values are ones that grammars allow.
//
//     node css.mjs < asked.json
//
// asked.json: {"properties": {name: grammar}, "types": {name: grammar}, "values": [[property, value], …]}. On stdout: for each
// value whether it is one.
import { readFileSync } from "node:fs";
import { fork } from "css-tree";

const { properties, types, values } = JSON.parse(readFileSync(0, "utf-8"));
const { lexer } = fork({ properties, types });
console.log(JSON.stringify(values.map(([name, value]) => lexer.matchProperty(name, value).error === null)));
