"""The graph as one self-contained HTML file, readable without JavaScript and without a network."""
