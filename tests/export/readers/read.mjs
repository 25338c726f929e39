// Reads a graph file with graphology and prints its nodes and edges: `node read.mjs gexf|graphml FILE`.
import { readFileSync } from "node:fs";
import graphology from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";

const [kind, file] = process.argv.slice(2);
const text = readFileSync(file, "utf-8");
const { MultiDirectedGraph } = graphology;
const graph =
  kind === "gexf"
    ? gexf.parse(MultiDirectedGraph, text, { allowUndeclaredAttributes: false })
    : graphml.parse(MultiDirectedGraph, text);

const edges = graph.mapEdges((edge, attributes, source, target) => ({ source, target, ...attributes }));
const nodes = graph.mapNodes((node, attributes) => ({ node, ...attributes }));
console.log(JSON.stringify({ nodes, edges }));
