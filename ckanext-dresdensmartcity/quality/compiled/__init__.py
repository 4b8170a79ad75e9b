"""SHACL, compiled: shapes become functions over plain dictionaries of the data, with the findings that pyshacl has.

pyshacl reads the shapes, so what they mean is decided in one place; only running them is done here. Shapes that hold
something which has no compiled form are left to pyshacl altogether (`program.Program.rest`).
"""
