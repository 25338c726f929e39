"""Pictures: statements become a scene, a scene becomes marks, marks become SVG for page, figure and print."""
