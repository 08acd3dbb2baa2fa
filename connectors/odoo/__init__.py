"""Odoo 17 to 19: the wire (`rpc`), and on it a CRM (`crm`, `deals`), an ERP (`erp`) and its payables (`payables`)."""

from connectors.odoo.crm import OdooCrm
from connectors.odoo.deals import OdooDeals
from connectors.odoo.erp import OdooErp
from connectors.odoo.payables import OdooPayables
from connectors.odoo.rpc import OdooRpc, Wire

__all__ = ["OdooCrm", "OdooDeals", "OdooErp", "OdooPayables", "OdooRpc", "Wire"]
