"""Odoo 17 to 19: the wire (`rpc`), and on it a CRM (`crm`) and an ERP (`erp`)."""

from connectors.odoo.crm import OdooCrm
from connectors.odoo.erp import OdooErp
from connectors.odoo.rpc import OdooRpc, Wire

__all__ = ["OdooCrm", "OdooErp", "OdooRpc", "Wire"]
